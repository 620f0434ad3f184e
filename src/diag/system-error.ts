/** The system's reasons in words; what a code is not listed for is shown by its code. */
const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EBUSY: 'it is in use, or a mount point',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links go in circles',
  EMFILE: 'too many files are open',
};

/** Why the system refused, in words; undefined when the error did not come from the system. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return 'syscall' in error ? (REASONS[error.code] ?? error.code) : undefined;
}
