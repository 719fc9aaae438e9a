import type { FileFinding } from '../../finding.ts';
import { memberOf, parseYamlTree, type YamlNode } from '../workflows/yaml-tree.ts';

/** Reports Compose services that can take over their host. Throws js-yaml's `YAMLException`. */
export function composeFindings(text: string): FileFinding[] {
  const services = memberOf(parseYamlTree(text).root, 'services');
  if (services?.kind !== 'mapping') return [];
  return services.entries.flatMap(({ key, value }) => [
    ...privileged(key.value, value, text),
    ...socket(key.value, value, text),
  ]);
}

function privileged(service: string, node: YamlNode, text: string): FileFinding[] {
  const value = memberOf(node, 'privileged');
  if (value?.kind !== 'scalar' || value.value !== 'true') return [];
  return [
    {
      rule: 'dockerfiles/privileged-service',
      severity: 'medium',
      title: `The service ${service} is privileged`.slice(0, 200),
      message: 'A privileged container has the devices and rights of its host: who breaks into it has the host.',
      ...lineOf(value.start, text),
      fix: 'Name the rights it needs under "cap_add" and the devices under "devices".',
      url: 'https://docs.docker.com/reference/compose-file/services/#privileged',
      identity: service,
    },
  ];
}

function socket(service: string, node: YamlNode, text: string): FileFinding[] {
  const volumes = memberOf(node, 'volumes');
  if (volumes?.kind !== 'sequence') return [];
  const mount = volumes.items.find((item) => {
    const source = item.kind === 'scalar' ? item : memberOf(item, 'source');
    return source?.kind === 'scalar' && /(?:^|\/)docker\.sock(?::|$)/.test(source.value);
  });
  if (mount === undefined) return [];
  return [
    {
      rule: 'dockerfiles/docker-socket',
      severity: 'medium',
      title: `The service ${service} has the socket of Docker`.slice(0, 200),
      message:
        'Who can write to the socket of Docker, read-only mount or not, can start a container with every right: it is root on the host.',
      ...lineOf(mount.start, text),
      fix: 'Put a proxy before the socket that lets through only what is needed, or do without it.',
      url: 'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
      identity: service,
    },
  ];
}

function lineOf(offset: number, text: string): Pick<FileFinding, 'start_line' | 'end_line'> {
  const line = text.slice(0, offset).split('\n').length;
  return { start_line: line, end_line: line };
}
