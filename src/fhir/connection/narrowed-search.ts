import { LobarError } from '../../errors.ts';
import type { FhirConnection } from './open-fhir-connection.ts';

type Search = FhirConnection['search'];

/**
 * A search that asks for some elements only, until the server refuses a search with `_elements` and takes the
 * same one without it: then it is not asked so again. Reports carry documents of a megabyte, and of what is held a
 * few lines are needed.
 */
export function narrowedSearch(search: Search): Search {
  let isTaken = true;
  return async (type, params, { elements, ...options }) => {
    if (elements === undefined || !isTaken) return await search(type, params, options);
    try {
      return await search(type, { ...params, _elements: elements.join(',') }, options);
    } catch (error) {
      if (!(error instanceof LobarError && error.code === 'ehr-rejected')) throw error;
      // Who refuses it for another reason refuses it again.
      const found = await search(type, params, options);
      isTaken = false;
      return found;
    }
  };
}
