import type { Address } from '../store/item.mts';

/** What the ordinary mails of the demo mailbox are put together from, by language. */
export interface Phrases {
	readonly language: 'de' | 'fr' | 'en';
	readonly senders: readonly Address[];
	readonly subjects: readonly string[];
	readonly greeting: string;
	readonly sentences: readonly string[];
	readonly closing: string;
}

export const PHRASES: readonly Phrases[] = [
	{
		language: 'de',
		senders: [
			{ name: 'Clara Weiß', address: 'clara.weiss@kunde-nord.example' },
			{ name: 'Jürgen Möller', address: 'juergen.moeller@spedition.example' },
			{ name: 'Dr. Käthe Groß', address: 'k.gross@kanzlei.example' },
			{ name: 'Müller & Söhne GmbH', address: 'einkauf@mueller-soehne.example' },
		],
		subjects: ['Angebot für die neue Lagerhalle', 'Rückfrage zur Rechnung', 'Termin beim Kunden', 'Lieferung verspätet sich', 'Protokoll der Besprechung', 'Urlaubsübergabe', 'Vertragsentwurf zur Prüfung', 'Schlüssel für Büro 3'],
		greeting: 'Guten Tag Frau Berg,',
		sentences: [
			'anbei erhalten Sie die besprochenen Unterlagen.',
			'Können Sie mir bis Freitag eine Rückmeldung geben?',
			'Die Maße haben sich geändert, bitte prüfen Sie die Zeichnung.',
			'Der Preis beträgt 1.250,00 € zuzüglich Umsatzsteuer.',
			'Wir würden uns über einen kurzen Rückruf freuen.',
			'Die Lieferung trifft voraussichtlich übermorgen ein.',
		],
		closing: 'Mit freundlichen Grüßen',
	},
	{
		language: 'fr',
		senders: [
			{ name: 'Hélène Dupré', address: 'helene.dupre@atelier.example' },
			{ name: 'François Lefèvre', address: 'f.lefevre@transport.example' },
			{ name: 'Société Générale des Œuvres', address: 'contact@oeuvres.example' },
		],
		subjects: ['Devis pour l’été prochain', 'Réponse à votre demande', 'Réunion à Genève', 'Confirmation de commande', 'Où en est la livraison ?', 'Facture impayée – rappel'],
		greeting: 'Bonjour Madame Berg,',
		sentences: [
			'veuillez trouver ci-joint les documents demandés.',
			'Pourriez-vous nous répondre avant vendredi ?',
			'Le montant s’élève à 980,50 € hors taxes.',
			'Nous sommes désolés du retard.',
			'Le cœur du projet reste inchangé.',
		],
		closing: 'Bien cordialement',
	},
	{
		language: 'en',
		senders: [
			{ name: 'Siobhán O’Brien', address: 'siobhan@harbour.example' },
			{ name: 'Robert "Bob" Taylor', address: 'bob.taylor@consulting.example' },
			{ name: 'Łukasz Nowak', address: 'lukasz.nowak@partner.example' },
			{ name: 'IT Service Desk', address: 'servicedesk@example.net' },
		],
		subjects: ['Quarterly figures', 'Minutes of the kick-off', 'Your ticket has been updated', 'Travel plans', 'Offer no. 2024-17', 'Re: delivery window', 'Maintenance on Saturday'],
		greeting: 'Hi Anna,',
		sentences: [
			'please find the documents attached.',
			'Could you let me know by Friday?',
			'The total comes to £1,140.00 plus VAT.',
			'We had to move the meeting by an hour.',
			'Let me know whether that works for you.',
			'The new version is on the share – thanks for waiting.',
		],
		closing: 'Best regards',
	},
];
