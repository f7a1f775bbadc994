/** Microsoft's clouds that Exchange Online runs in. */
export type Cloud = 'global' | 'gccHigh' | 'dod' | 'china';

/** Where a cloud logs on and where its Exchange Online is. */
export interface CloudEndpoints {
	/** Host of the token endpoint. */
	loginHost: string;
	/** What tokens are asked for, without a slash at the end. */
	resource: string;
	/** EWS of Exchange Online. */
	ewsUrl: string;
}

/** https://learn.microsoft.com/azure/active-directory/develop/authentication-national-cloud */
export const CLOUDS: Readonly<Record<Cloud, CloudEndpoints>> = {
	global: { loginHost: 'login.microsoftonline.com', resource: 'https://outlook.office365.com', ewsUrl: 'https://outlook.office365.com/EWS/Exchange.asmx' },
	gccHigh: { loginHost: 'login.microsoftonline.us', resource: 'https://outlook.office365.us', ewsUrl: 'https://outlook.office365.us/EWS/Exchange.asmx' },
	dod: { loginHost: 'login.microsoftonline.us', resource: 'https://outlook-dod.office365.us', ewsUrl: 'https://outlook-dod.office365.us/EWS/Exchange.asmx' },
	china: { loginHost: 'login.partner.microsoftonline.cn', resource: 'https://partner.outlook.cn', ewsUrl: 'https://partner.outlook.cn/EWS/Exchange.asmx' },
};
