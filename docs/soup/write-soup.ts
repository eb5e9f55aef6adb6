/** `npm run soup`: writes docs/SOUP.md anew. */
import { writeFileSync } from 'node:fs';
import { soupDocument } from './soup-document.ts';

const root = new URL('../../', import.meta.url);
writeFileSync(new URL('docs/SOUP.md', root), soupDocument(root));
