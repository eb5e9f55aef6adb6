import { at, type Manifest } from './helm.ts';

/**
 * What the restricted profile of the Pod Security Standards has against the pod of a Pod or a Deployment, by the names
 * that https://kubernetes.io/docs/concepts/security/pod-security-standards/ has for its controls.
 */
export function againstRestricted(manifest: Manifest): string[] {
  const pod = at(manifest, manifest.kind === 'Pod' ? 'spec' : 'spec.template.spec');
  const list = (path: string) => (at(pod, path) ?? []) as readonly object[];
  const containers = [...list('containers'), ...list('initContainers')];
  const problems: string[] = [];
  const refuse = (wrong: boolean, control: string) => {
    if (wrong) problems.push(`${manifest.metadata.name}: ${control}`);
  };

  for (const shared of ['hostNetwork', 'hostPID', 'hostIPC']) {
    refuse(at(pod, shared) === true, 'Host Namespaces');
  }
  const volumeTypes =
    /^(configMap|csi|downwardAPI|emptyDir|ephemeral|image|persistentVolumeClaim|projected|secret)$/;
  for (const volume of list('volumes')) {
    const types = Object.keys(volume).filter((key) => key !== 'name');
    refuse(!types.every((type) => volumeTypes.test(type)), 'Volume Types');
  }
  refuse(at(pod, 'securityContext.seccompProfile.type') !== 'RuntimeDefault', 'Seccomp');
  refuse(at(pod, 'securityContext.runAsNonRoot') !== true, 'Running as Non-root');
  refuse(at(pod, 'securityContext.runAsUser') === 0, 'Running as Non-root user');
  refuse(containers.length === 0, 'no containers');
  for (const container of containers) {
    const context = (path: string) => at(container, `securityContext.${path}`);
    refuse(context('privileged') === true, 'Privileged Containers');
    refuse(context('allowPrivilegeEscalation') !== false, 'Privilege Escalation');
    refuse(JSON.stringify(context('capabilities.drop')) !== '["ALL"]', 'Capabilities');
    refuse(context('capabilities.add') !== undefined, 'Capabilities');
    refuse(context('runAsUser') === 0, 'Running as Non-root user');
    refuse(
      list('ports').some((port) => at(port, 'hostPort') !== undefined),
      'Host Ports',
    );
    // Beyond the profile: nothing of the image can be written, and no token of the cluster is there.
    refuse(context('readOnlyRootFilesystem') !== true, 'read-only root');
  }
  refuse(at(pod, 'automountServiceAccountToken') !== false, 'no token');
  return problems;
}
