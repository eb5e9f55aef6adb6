import { type Code, coding } from '../codes.ts';
import { auditCodes, networkType } from './audit-codes.ts';
import type { AuditEntry, AuditedEndpoint, AuditedIdentity, Observer } from './audit-entry.ts';

/** Who took part: the sender, the receiver, and who asked, where that is known. */
export function auditAgents(entry: AuditEntry, observer: Observer): fhir4.AuditEventAgent[] {
  const { caller } = entry;
  const asks = (role: Code): fhir4.AuditEventAgent => ({
    ...agent(role, callerItself(caller?.identity), true),
    ...(caller?.identity?.user === undefined ? {} : { altId: caller.identity.user }),
    ...(caller?.address === undefined
      ? {}
      : { network: { address: caller.address, type: networkType.ipAddress } }),
  });
  const itself = (role: Code): fhir4.AuditEventAgent => ({
    // One requestor an event (FHIR R4 AuditEvent.agent.requestor).
    ...agent(role, lobarItself(observer), caller === undefined),
    network: { address: observer.host, type: networkType.machineName },
  });
  if (entry.what === 'publish') {
    return [
      itself(auditCodes.source),
      endpoint(auditCodes.destination, 'EHR', entry.ehr),
      ...(caller === undefined ? [] : [asks(auditCodes.application)]),
    ];
  }
  if (entry.what === 'study-query' || entry.what === 'objects-stored') {
    return [
      itself(auditCodes.source),
      endpoint(auditCodes.destination, 'PACS', entry.pacs),
      ...(caller === undefined ? [] : [asks(auditCodes.application)]),
    ];
  }
  if (entry.pacs !== undefined) {
    return [
      endpoint(auditCodes.source, 'PACS', entry.pacs),
      itself(auditCodes.destination),
      ...(caller === undefined ? [] : [asks(auditCodes.application)]),
    ];
  }
  return [...(caller === undefined ? [] : [asks(auditCodes.source)]), itself(auditCodes.destination)];
}

function callerItself(identity: AuditedIdentity | undefined): fhir4.Reference {
  const who = { type: 'Device', display: 'Caller of the Lobar API' };
  if (identity === undefined) return who;
  const { system, value } = identity;
  return { ...who, identifier: { ...(system === undefined ? {} : { system }), value } };
}

function endpoint(role: Code, kind: 'PACS' | 'EHR', { name, url }: AuditedEndpoint): fhir4.AuditEventAgent {
  return {
    ...agent(role, { type: 'Device', display: `${kind} ${name}` }, false),
    // As it is configured: an address without credentials, query and fragment (config-formats.ts).
    network: { address: url, type: networkType.uri },
  };
}

function agent(role: Code, who: fhir4.Reference, requestor: boolean): fhir4.AuditEventAgent {
  return { type: { coding: [coding(role)] }, who, requestor };
}

/** Lobar as agent and as the observer of its own events. */
export function lobarItself({ version }: Observer): fhir4.Reference {
  return { type: 'Device', display: `Lobar ${version}` };
}
