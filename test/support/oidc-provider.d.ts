/** As much of oidc-provider as the tests use; it comes without types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Held {
    destroy(): Promise<void>;
  }
  interface Context {
    readonly status: number;
    readonly oidc?: { readonly params?: Readonly<Record<string, string>> };
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    on(event: string, listener: (context: unknown, error: Error) => void): void;
    /** Undefined for a token that ended or was taken back. */
    readonly ClientCredentials: { find(token: string): Promise<Held | undefined> };
  }
  export const errors: { readonly InvalidClientAuth: new (detail: string) => Error };
}
