// What Touchstone uses of macOS's C library, with the types and values that it has there.

typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef long time_t;
typedef unsigned long clock_t;
typedef long long off_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned short mode_t;
typedef unsigned short nlink_t;
typedef int dev_t;
typedef unsigned long long ino_t;
typedef unsigned int useconds_t;

// errno.h
#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define EFBIG 27
#define ENOSPC 28
#define EROFS 30
#define EPIPE 32
#define EAGAIN 35
#define EWOULDBLOCK EAGAIN
#define ELOOP 62
#define ENAMETOOLONG 63
int *__error(void);

// fcntl.h, sys/file.h
#define O_RDONLY 0x0000
#define O_WRONLY 0x0001
#define O_RDWR 0x0002
#define O_NONBLOCK 0x00000004
#define O_APPEND 0x00000008
#define O_NOFOLLOW 0x00000100
#define O_CREAT 0x00000200
#define O_TRUNC 0x00000400
#define O_EXCL 0x00000800
#define O_CLOEXEC 0x01000000
#define FD_CLOEXEC 1
#define F_GETFD 1
#define F_SETFD 2
#define LOCK_SH 0x01
#define LOCK_EX 0x02
#define LOCK_NB 0x04
#define LOCK_UN 0x08
struct flock { off_t l_start; off_t l_len; pid_t l_pid; short l_type; short l_whence; };
int flock(int, int);

// sys/mman.h
#define PROT_NONE 0x00
#define PROT_READ 0x01
#define PROT_WRITE 0x02
#define MAP_PRIVATE 0x0002
#define MAP_FIXED 0x0010
#define MAP_NORESERVE 0x0040
#define MAP_ANON 0x1000
#define MAP_ANONYMOUS MAP_ANON
void *mmap(void *, size_t, int, int, int, off_t);
int mprotect(void *, size_t, int);
int munmap(void *, size_t);

// sys/stat.h, dirent.h
struct timespec { time_t tv_sec; long tv_nsec; };
struct stat {
  dev_t st_dev; mode_t st_mode; nlink_t st_nlink; ino_t st_ino; uid_t st_uid; gid_t st_gid; dev_t st_rdev;
  struct timespec st_atimespec, st_mtimespec, st_ctimespec, st_birthtimespec;
  off_t st_size; long long st_blocks; int st_blksize; unsigned int st_flags, st_gen;
  int st_lspare; long long st_qspare[2];
};
int stat(const char *, struct stat *);
int lstat(const char *, struct stat *);
int fstat(int, struct stat *);
int mkdir(const char *, mode_t);
int mkfifo(const char *, mode_t);
int chmod(const char *, mode_t);
mode_t umask(mode_t);
#define DT_UNKNOWN 0
#define DT_DIR 4
#define DT_REG 8
#define DT_LNK 10
struct dirent {
  unsigned long long d_ino, d_seekoff; unsigned short d_reclen, d_namlen; unsigned char d_type; char d_name[1024];
};
typedef struct { int __dd_fd; } DIR;
DIR *opendir(const char *);
struct dirent *readdir(DIR *);
int closedir(DIR *);

// unistd.h, stdlib.h, stdio.h
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define _SC_PAGESIZE 29
long sysconf(int);
ssize_t read(int, void *, size_t);
ssize_t pread(int, void *, size_t, off_t);
ssize_t write(int, const void *, size_t);
int close(int);
int dup(int);
int dup2(int, int);
int pipe(int [2]);
int isatty(int);
int unlink(const char *);
int rmdir(const char *);
int rename(const char *, const char *);
char *getcwd(char *, size_t);
int gethostname(char *, size_t);
pid_t getpid(void);
uid_t getuid(void);
int usleep(useconds_t);
_Noreturn void _exit(int);
_Noreturn void exit(int);
_Noreturn void abort(void);
char *getenv(const char *);
char *realpath(const char *, char *);
char *mkdtemp(char *);
void *realloc(void *, size_t);
void free(void *);
typedef struct __sFILE FILE;
int fflush(FILE *);

// string.h
void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);
char *strdup(const char *);
char *strerror(int);

// time.h
typedef enum { _CLOCK_REALTIME = 0, _CLOCK_MONOTONIC = 6, _CLOCK_THREAD_CPUTIME_ID = 16 } clockid_t;
int clock_gettime(clockid_t, struct timespec *);
int nanosleep(const struct timespec *, struct timespec *);
clock_t clock(void);
time_t time(time_t *);

// signal.h, sys/wait.h
#define SIGINT 2
#define SIGKILL 9
#define SIGPIPE 13
#define SIGTERM 15
#define SIG_BLOCK 1
#define SIG_UNBLOCK 2
typedef unsigned int sigset_t;
typedef void (*sig_t)(int);
void (* _Nullable signal(int, void (* _Nullable)(int)))(int);
int kill(pid_t, int);
int sigemptyset(sigset_t *);
int sigaddset(sigset_t *, int);
int sigwait(const sigset_t *, int *);
pid_t waitpid(pid_t, int *, int);

// poll.h, sys/ioctl.h
#define POLLIN 0x0001
#define POLLOUT 0x0004
typedef unsigned int nfds_t;
struct pollfd { int fd; short events; short revents; };
int poll(struct pollfd *, nfds_t, int);
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };

// pthread.h
#define PTHREAD_CREATE_DETACHED 2
typedef struct { long __sig; char __opaque[56]; } pthread_attr_t;
struct _opaque_pthread_t { long __sig; char __opaque[8]; };
typedef struct _opaque_pthread_t *pthread_t;
int pthread_attr_init(pthread_attr_t * _Nonnull);
int pthread_attr_destroy(pthread_attr_t * _Nonnull);
int pthread_attr_setdetachstate(pthread_attr_t * _Nonnull, int);
int pthread_attr_setstacksize(pthread_attr_t * _Nonnull, size_t);
int pthread_create(
  pthread_t _Nullable * _Nonnull, const pthread_attr_t * _Nullable,
  void * _Nullable (* _Nonnull)(void * _Nonnull), void * _Nullable);
int pthread_sigmask(int, const sigset_t * _Nullable, sigset_t * _Nullable);

// spawn.h
typedef void *posix_spawn_file_actions_t;
typedef void *posix_spawnattr_t;
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *, int, int);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *, int, const char *, int, mode_t);
int posix_spawn(
  pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const [], char *const []);
