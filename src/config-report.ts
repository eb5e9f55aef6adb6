/** The shape of the configuration of reports and of the reading page. */
import { type Static, Type } from '@sinclair/typebox';
import { section } from './config-blocks.ts';

/** The languages of the report (BCP 47): English, and those of the countries of Topff et al. 2023. */
export const languages = ['en', 'nl', 'fr', 'de', 'es', 'it'] as const;
export type Language = (typeof languages)[number];

export const ReportSchema = section(
  {
    language: Type.Union(
      languages.map((language) => Type.Literal(language)),
      {
        default: 'en',
        description:
          'Language of PDF and HTML, and of what the sheet of pictures says of itself, where a request names no other',
      },
    ),
    site: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Name of the hospital, at the head of the report',
      }),
    ),
    waitSeconds: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 86_400,
        description:
          'How long publishing waits for the documents of the report once the numbers are final (seconds). What is not drawn by then is not in the EHR: the numbers are published without it, and the answer has the warning report-late. 0: it never waits. By default it takes as long as it takes. In the write mode document it always waits',
      }),
    ),
  },
  'The report that people read',
);
export type ReportConfig = Static<typeof ReportSchema>;

export const PageSchema = section(
  {
    enabled: Type.Boolean({ default: true, description: 'Serve the reading page at /' }),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Id under which the issuer of auth.oidc knows the page as a public client: who reads signs in there (authorization code with PKCE). Without it, and with auth.oidc, the page cannot be used',
      }),
    ),
    scope: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'What the page asks the issuer for; by default openid and auth.oidc.scopes.analyze. Some issuers call a scope otherwise in a request than in the token',
        examples: ['openid api://lobar/lobar.analyze'],
      }),
    ),
  },
  'The reading page',
);
export type PageConfig = Static<typeof PageSchema>;
