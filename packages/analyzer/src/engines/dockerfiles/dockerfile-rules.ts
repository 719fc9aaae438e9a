import { Add, Arg, DockerfileParser, Env, From, type Instruction } from 'dockerfile-ast';
import type { FileFinding } from '../../finding.ts';
import { secretFinding } from './secret-settings.ts';

const PIPED =
  /\b(?:curl|wget)\b[^\n|;&]{0,500}\|\s*(?:sudo\s+(?:-\w{1,20}\s+){0,5})?(?:env\s+)?(?:ba|z|da|k|a)?sh\b|\b(?:ba|z|da|a)?sh\s+(?:-c\s+["']?\$|<)\((?:curl|wget)\b/i;
const OPEN_TO_ALL = /\bchmod\s+(?:--?\w{1,20}\s+){0,5}(?:0?777|a\+rwx|ugo\+rwx)\b/;
const MAX_INSTRUCTIONS = 2000;

/** Reports instructions of a Dockerfile that weaken its image. */
export function dockerfileFindings(text: string): FileFinding[] {
  const instructions = DockerfileParser.parse(text).getInstructions().slice(0, MAX_INSTRUCTIONS);
  return [...instructions.flatMap(instructionFindings), ...baseImages(instructions), ...lastUser(instructions)];
}

function instructionFindings(instruction: Instruction): FileFinding[] {
  if (instruction instanceof Env) {
    return instruction.getProperties().flatMap((property) => {
      const line = property.getRange().start.line + 1;
      return secretFinding('ENV', property.getName(), property.getValue() ?? '', line) ?? [];
    });
  }
  if (instruction instanceof Arg) {
    const property = instruction.getProperty();
    const value = property?.getValue();
    if (property === null || property === undefined || value === null || value === undefined) return [];
    const finding = secretFinding('ARG', property.getName(), value, lineOf(instruction));
    return finding === undefined ? [] : [finding];
  }
  if (instruction instanceof Add) return remoteAdd(instruction);
  if (instruction.getKeyword() === 'RUN') return commandFindings(instruction);
  return [];
}

function remoteAdd(instruction: Add): FileFinding[] {
  const source = instruction
    .getArguments()
    .map((argument) => argument.getValue())
    .find((value) => /^https?:\/\//i.test(value));
  if (source === undefined || instruction.getFlags().some((flag) => flag.getName() === 'checksum')) return [];
  return [
    finding(instruction, 'unverified-download', 'low', 'ADD takes a file from the network without a checksum', {
      message: `Whatever ${source.slice(0, 200)} answers on the day of the build goes into the image.`,
      fix: 'Name what it has to be: "ADD --checksum=sha256:… ".',
      url: 'https://docs.docker.com/reference/dockerfile/#add---checksum',
      identity: source.slice(0, 300),
    }),
  ];
}

function commandFindings(instruction: Instruction): FileFinding[] {
  // Use the text of the instruction as written, with continued lines joined, so that it is matched as one command.
  const command = instruction.getRawArgumentsContent()?.replace(/\\[ \t]*\r?\n/g, ' ') ?? '';
  const findings: FileFinding[] = [];
  const piped = PIPED.exec(command)?.[0].replace(/\s+/g, ' ');
  if (piped !== undefined) {
    findings.push(
      finding(instruction, 'piped-script', 'low', 'RUN executes a script straight from the network', {
        message:
          'Whatever the server answers on the day of the build is run in the image, and nobody can say later what it was.',
        fix: 'Download a fixed version, compare its checksum, then run it.',
        url: 'https://docs.docker.com/build/building/best-practices/',
        identity: piped.slice(0, 200),
      }),
    );
  }
  const opened = OPEN_TO_ALL.exec(command);
  if (opened !== null) {
    const target =
      command
        .slice(opened.index + opened[0].length)
        .trim()
        .split(/[\s;&|]/, 1)[0] ?? '';
    findings.push(
      finding(instruction, 'open-to-all', 'low', 'RUN makes files writable for everybody', {
        message: `After "${opened[0]}" any process in the container can change ${target === '' ? 'them' : target.slice(0, 100)}, also one that should have no rights.`,
        fix: 'Give the files to the user that needs them: "COPY --chown", or chmod 750 and chown.',
        identity: target.slice(0, 200),
      }),
    );
  }
  return findings;
}

/** Reports base images without a version or with `latest`. */
function baseImages(instructions: readonly Instruction[]): FileFinding[] {
  const stages = new Set<string>();
  const findings = new Map<string, FileFinding>();
  for (const instruction of instructions) {
    if (!(instruction instanceof From)) continue;
    const image = instruction.getImage() ?? '';
    const needsNoVersion =
      image === '' || image === 'scratch' || image.includes('$') || stages.has(image.toLowerCase());
    const stage = instruction.getBuildStage();
    if (stage !== null) stages.add(stage.toLowerCase());
    if (needsNoVersion || instruction.getImageDigest() !== null) continue;
    const tag = instruction.getImageTag();
    if (tag !== null && tag !== 'latest') continue;
    const name = tag === null ? image : image.slice(0, -':latest'.length);
    if (findings.has(name)) continue;
    findings.set(
      name,
      finding(instruction, 'unpinned-image', 'low', `The base image ${image.slice(0, 100)} is not pinned`, {
        message: `${tag === null ? 'Without a tag it is "latest", which' : '"latest"'} is another image tomorrow: the same file builds something else, and what broke cannot be built again.`,
        fix: 'Name a version, and its digest where builds have to be repeatable.',
        url: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
        identity: name,
      }),
    );
  }
  return [...findings.values()];
}

/** Reports images that run as root, by the last USER of the last stage. */
function lastUser(instructions: readonly Instruction[]): FileFinding[] {
  const froms = instructions.filter((instruction) => instruction instanceof From);
  const last = froms.at(-1);
  if (last === undefined) return [];
  const stage = instructions.slice(instructions.indexOf(last));
  const users = stage.filter((instruction) => instruction.getKeyword() === 'USER');
  const user = users.at(-1);
  if (user === undefined) {
    // Do not report a stage that only carries files, or one whose base may have set a user, such as distroless
    // "nonroot".
    const runs = stage.some((instruction) => ['CMD', 'ENTRYPOINT'].includes(instruction.getKeyword()));
    if (
      !runs ||
      inheritsUser(last as From, instructions) ||
      /nonroot|rootless|unprivileged/i.test((last as From).getImage() ?? '')
    )
      return [];
  } else if (!/^(?:root|0)(?::|$)/.test(user.getArgumentsContent()?.trim() ?? '')) {
    return [];
  }
  return [
    finding(user ?? last, 'runs-as-root', user === undefined ? 'low' : 'medium', 'The image runs as root', {
      message: `${user === undefined ? 'No USER is set in the last stage' : 'The last USER is root'}: who breaks into the process is root in the container, one fault of the kernel or one mount away from the host.`,
      fix: 'End the last stage with a user that has no rights ("USER 65532:65532"), and give it the files it needs.',
      url: 'https://docs.docker.com/build/building/best-practices/#user',
      identity: 'user',
    }),
  ];
}

/** Returns true if the stage builds on another stage of this file that set a user. */
function inheritsUser(from: From, instructions: readonly Instruction[]): boolean {
  let name = from.getImage()?.toLowerCase();
  for (let before = instructions.indexOf(from) - 1, user = false; before >= 0; before -= 1) {
    const instruction = instructions[before];
    if (instruction === undefined) break;
    if (instruction.getKeyword() === 'USER')
      user ||= !/^(?:root|0)(?::|$)/.test(instruction.getArgumentsContent()?.trim() ?? '');
    if (!(instruction instanceof From)) continue;
    if (instruction.getBuildStage()?.toLowerCase() === name) {
      if (user) return true;
      name = instruction.getImage()?.toLowerCase();
    }
    user = false;
  }
  return false;
}

const lineOf = (instruction: Instruction): number => instruction.getRange().start.line + 1;

function finding(
  instruction: Instruction,
  rule: string,
  severity: FileFinding['severity'],
  title: string,
  rest: Pick<FileFinding, 'message' | 'identity'> & { fix: string; url?: string },
): FileFinding {
  return {
    rule: `dockerfiles/${rule}`,
    severity,
    title,
    start_line: lineOf(instruction),
    end_line: instruction.getRange().end.line + 1,
    ...rest,
  };
}
