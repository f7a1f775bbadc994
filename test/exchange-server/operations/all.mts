// Importing an operation registers it.
import '../properties/mailKinds.mts';
import '../calendar/register.mts';
import '../tasks/register.mts';
import './attachments.mts';
import './createItem.mts';
import './deleteItem.mts';
import './findItem.mts';
import './folders.mts';
import './getItem.mts';
import './getServerTimeZones.mts';
import './markAllItemsAsRead.mts';
import './moveItem.mts';
import './resolveNames.mts';
import './sendItem.mts';
import './syncFolderHierarchy.mts';
import './syncFolderItems.mts';
import './updateItem.mts';
