"""The system-call filter: what a student's process may ask of the kernel, by name, for any architecture.

Everything that is not named here is refused with EPERM. libseccomp knows the numbers and writes the program.
"""

import fcntl
import socket
import tempfile
import termios
from typing import Any

EVERYDAY = """
read write readv writev pread64 pwrite64 preadv pwritev close close_range lseek
open openat openat2 creat stat lstat fstat newfstatat fstatat64 statx statfs fstatfs access faccessat faccessat2
readlink readlinkat getdents getdents64 getcwd chdir fchdir umask
mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 ftruncate fallocate fsync fdatasync
copy_file_range sendfile fadvise64 flock dup dup2 dup3 pipe pipe2
mmap mprotect munmap mremap brk madvise mincore msync membarrier
select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
recvfrom shutdown getsockopt getsockname getpeername
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause
alarm getitimer setitimer nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times
getpid getppid gettid getpgrp getpgid getsid getuid geteuid getgid getegid getgroups getresuid getresgid
getrlimit getrusage sysinfo uname getcpu getrandom getpriority
sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
futex futex_waitv set_robust_list get_robust_list set_tid_address rseq arch_prctl restart_syscall get_mempolicy
wait4 waitid exit exit_group
""".split()

# They act on a path, which Landlock does not look at: they succeed and do nothing, so that copying a file works.
WITHOUT_EFFECT = "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat".split()

SIGNALS = "kill tkill tgkill".split()

CLONE_THREAD = 0x00010000
NEW_NAMESPACES = 0x7E020080  # CLONE_NEWTIME and the other seven
SET_NAME, GET_NAME = 15, 16


def program(signals: bool, arch: int | None = None) -> bytes:
    """The filter as the kernel takes it. Raises ImportError or OSError where there is no libseccomp.

    signals: whether a process may send some, which something else has to keep among its own. arch: for another
    architecture than this machine's, one of `pyseccomp.Arch`.
    """
    import pyseccomp as seccomp

    made = seccomp.SyscallFilter(seccomp.ERRNO(1))  # EPERM
    # A binary tree, not one name after the other: a kernel that takes a filter tries it with every number.
    made.set_attr(seccomp.Attr.CTL_OPTIMIZE, 2)
    if arch is not None and arch != seccomp.system_arch():
        made.remove_arch(seccomp.system_arch())
        made.add_arch(arch)

    def allow(name: str, *conditions: Any, answer: int = seccomp.ALLOW) -> None:
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) != -1:  # unknown to this libseccomp: refused
            made.add_rule(answer, name, *conditions)

    for name in [*EVERYDAY, *(SIGNALS if signals else [])]:
        allow(name)
    for name in WITHOUT_EFFECT:
        allow(name, answer=seccomp.ERRNO(0))
    equal, masked = seccomp.EQ, seccomp.MASKED_EQ
    # Threads, and no process: libc tries clone3 first, whose flags no filter can see.
    allow("clone", seccomp.Arg(0, masked, CLONE_THREAD | NEW_NAMESPACES, CLONE_THREAD))
    allow("clone3", answer=seccomp.ERRNO(38))  # ENOSYS
    allow("prlimit64", seccomp.Arg(0, equal, 0), seccomp.Arg(2, equal, 0))  # asks, changes nothing
    for option in (SET_NAME, GET_NAME):
        allow("prctl", seccomp.Arg(0, equal, option))
    # Sockets only as pairs, which asyncio needs, and to no address.
    allow("socketpair", seccomp.Arg(0, equal, int(socket.AF_UNIX)))
    allow("sendto", seccomp.Arg(4, equal, 0))
    for request in (termios.TCGETS, termios.FIONREAD, termios.FIONBIO, termios.FIOCLEX, termios.FIONCLEX):
        allow("ioctl", seccomp.Arg(1, equal, request))
    # Not F_SETOWN and its like: they make the kernel send signals.
    for command in ("DUPFD", "DUPFD_CLOEXEC", "GETFD", "SETFD", "GETFL", "SETFL", "GETLK", "SETLK", "SETLKW"):
        allow("fcntl", seccomp.Arg(1, equal, getattr(fcntl, f"F_{command}")))
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()


def number(name: str) -> int:
    """The number of a system call on this machine. Raises ImportError or OSError where there is no libseccomp."""
    import pyseccomp as seccomp

    found = int(seccomp.resolve_syscall(seccomp.Arch.NATIVE, name))
    if found < 0:
        raise OSError(f"libseccomp does not know {name}")
    return found
