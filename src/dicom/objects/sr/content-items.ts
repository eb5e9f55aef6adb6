import type { Dataset } from '../../write/dataset.ts';
import { type Code, coded } from '../codes.ts';

/** How an item belongs to the one that holds it (PS3.3 C.17.3.2.4). */
export type Relationship = 'CONTAINS' | 'HAS ACQ CONTEXT' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT';

/** The templates by which containers are made (PS3.16 A). */
export type Template = '1411' | '1500' | '1501';

/** The content of a container, of the root as well; its relationship is added where it is no root. */
export function container(name: Code, items: readonly Dataset[], template?: Template): Dataset {
  return {
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [coded(name)],
    ContinuityOfContent: 'SEPARATE',
    ...(template === undefined ? {} : { ContentTemplateSequence: [templateItem(template)] }),
    ContentSequence: items,
  };
}

/** The DICOM Content Mapping Resource (PS3.16; PS3.6 A). */
function templateItem(template: Template): Dataset {
  return {
    MappingResource: 'DCMR',
    MappingResourceUID: '1.2.840.10008.8.1.1',
    TemplateIdentifier: template,
  };
}

export function contained(item: Dataset): Dataset {
  return { RelationshipType: 'CONTAINS', ...item };
}

export function codeItem(
  relationship: Relationship,
  name: Code,
  value: Code,
  items: readonly Dataset[] = [],
): Dataset {
  return {
    RelationshipType: relationship,
    ValueType: 'CODE',
    ConceptNameCodeSequence: [coded(name)],
    ConceptCodeSequence: [coded(value)],
    ...(items.length === 0 ? {} : { ContentSequence: items }),
  };
}

export function textItem(relationship: Relationship, name: Code, value: string): Dataset {
  return {
    RelationshipType: relationship,
    ValueType: 'TEXT',
    ConceptNameCodeSequence: [coded(name)],
    TextValue: value,
  };
}

export function uidItem(relationship: Relationship, name: Code, value: string): Dataset {
  return {
    RelationshipType: relationship,
    ValueType: 'UIDREF',
    ConceptNameCodeSequence: [coded(name)],
    UID: value,
  };
}

/** A number with its unit (PS3.3 C.18.1). */
export function numberItem(relationship: Relationship, name: Code, value: number, unit: Code): Dataset {
  return {
    RelationshipType: relationship,
    ValueType: 'NUM',
    ConceptNameCodeSequence: [coded(name)],
    MeasuredValueSequence: [{ MeasurementUnitsCodeSequence: [coded(unit)], NumericValue: value }],
  };
}

/** An image, or a segment of one, by its Referenced SOP Sequence. */
export function imageItem(reference: Dataset, name?: Code): Dataset {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'IMAGE',
    ...(name === undefined ? {} : { ConceptNameCodeSequence: [coded(name)] }),
    ReferencedSOPSequence: [reference],
  };
}
