import type { Admission, Refusal } from '../http/admission.mts';
import { faultEnvelope } from '../http/envelope.mts';
import { EwsError } from '../operations/errors.mts';
import { isApplication } from './bearer.mts';

/** How a server says that EWS is off. On-premises: 403 and nothing else. Exchange Online: 403 with a fault and x-ms-diagnostics. */
export type SwitchedOffForm = 'on-premises' | 'online';

const MAILBOX_OFF = 'Exchange Web Services is disabled for this mailbox.';
const ORGANISATION_OFF = 'EWS access is blocked: EWSEnabled is set to false for this organization, or the application is not in its EwsAllowedAppIDs.';

function switchedOff(form: SwitchedOffForm, text: string): Refusal {
	if (form === 'on-premises') return { status: 403 };
	return {
		status: 403,
		headers: { 'x-ms-diagnostics': `2000015;reason="${text}";error_category="ews_disabled"`, 'content-type': 'text/xml; charset=utf-8' },
		body: faultEnvelope(new EwsError('ErrorAccessDenied', { text, scope: 'fault' })),
	};
}

/** Who may use EWS, and for which mailboxes, beyond the logon. All addresses in any case. */
export class EwsAccess {
	private readonly mailboxesOff = new Map<string, SwitchedOffForm>();
	private organisationOff: SwitchedOffForm | undefined;
	private readonly policies = new Map<string, ReadonlySet<string>>();
	private readonly scopes = new Map<string, ReadonlySet<string>>();

	/** Set-CASMailbox -EwsEnabled $false; undefined switches on again. */
	switchMailbox(address: string, off: SwitchedOffForm | undefined): void {
		if (off) this.mailboxesOff.set(address.toLowerCase(), off);
		else this.mailboxesOff.delete(address.toLowerCase());
	}

	/** Set-OrganizationConfig -EwsEnabled $false; undefined switches on again. */
	switchOrganisation(off: SwitchedOffForm | undefined): void {
		this.organisationOff = off;
	}

	/** New-ApplicationAccessPolicy -AccessRight RestrictAccess: the application reaches these mailboxes only. */
	restrictApplication(clientId: string, mailboxes: readonly string[]): void {
		this.policies.set(clientId.toLowerCase(), new Set(mailboxes.map((address) => address.toLowerCase())));
	}

	/** The recipient scope of a management role assignment: a user impersonates these mailboxes only. */
	restrictImpersonation(user: string, mailboxes: readonly string[]): void {
		this.scopes.set(user.toLowerCase(), new Set(mailboxes.map((address) => address.toLowerCase())));
	}

	readonly admit: Admission = (user, envelope) => {
		if (this.organisationOff) return switchedOff(this.organisationOff, ORGANISATION_OFF);
		const impersonated = envelope.impersonated?.toLowerCase();
		for (const address of [user.address, impersonated ?? '']) {
			const off = this.mailboxesOff.get(address);
			if (off) return switchedOff(off, MAILBOX_OFF);
		}
		if (isApplication(user)) {
			if (impersonated === undefined) {
				return new EwsError('ErrorImpersonationRequired', { text: 'ExchangeImpersonation SOAP header must be present for this type of OAuth token.', scope: 'fault' });
			}
			const allowed = this.policies.get(user.application.clientId.toLowerCase());
			if (allowed && !allowed.has(impersonated)) return new EwsError('ErrorAccessDenied', { text: 'Access is denied: blocked by the tenant\'s application access policy settings.', scope: 'fault' });
		}
		const scope = this.scopes.get(user.address);
		if (impersonated !== undefined && scope && !scope.has(impersonated)) {
			return new EwsError('ErrorImpersonateUserDenied', { text: 'The account does not have permission to impersonate the requested user.', scope: 'fault' });
		}
		return undefined;
	};
}
