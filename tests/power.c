/* Records what a process writes to its database, and when it synced it and answered, for test_power_cut.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;

/* 0 = the database, 1 = its write-ahead log, -1 = anything else */
static int which(int fd) {
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 3) return -1;
  path[n] = 0;
  if (!strcmp(path + n - 3, ".db")) return 0;
  return n > 7 && !strcmp(path + n - 7, ".db-wal") ? 1 : -1;
}

static void note(char kind, int file, int64_t at, const void *data, int64_t size) {
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  int64_t head[4] = {kind, file, at, size};
  pthread_mutex_lock(&one_at_a_time);
  if (out < 0) out = open(getenv("POWER_FILE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  real(out, head, sizeof head);
  if (data) real(out, data, size);
  pthread_mutex_unlock(&one_at_a_time);
}

static void answered(const void *data, size_t size) {
  if (size > 12 && !memcmp(data, "HTTP/1.1 200", 12)) note('A', -1, 0, 0, 0);
}
#define REAL(name) dlsym(RTLD_NEXT, name)
static ssize_t placed(const char *name, int fd, const void *b, size_t n, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) = REAL(name);
  int file = which(fd);
  if (file >= 0) note('W', file, at, b, n);
  return real(fd, b, n, at);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { return placed("pwrite", fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off_t at) { return placed("pwrite64", fd, b, n, at); }
ssize_t write(int fd, const void *b, size_t n) {
  ssize_t (*real)(int, const void *, size_t) = REAL("write");
  answered(b, n);
  int file = fd == out ? -1 : which(fd);
  if (file >= 0) note('W', file, lseek(fd, 0, SEEK_CUR), b, n);
  return real(fd, b, n);
}
int ftruncate(int fd, off_t n) {
  int (*real)(int, off_t) = REAL("ftruncate");
  int file = which(fd);
  if (file >= 0) note('T', file, n, 0, 0);
  return real(fd, n);
}
static int synced(const char *name, int fd) {
  int (*real)(int) = REAL(name);
  int done = real(fd), file = which(fd);
  if (!done && file >= 0) note('S', file, 0, 0, 0);
  return done;
}
int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }
ssize_t send(int fd, const void *b, size_t n, int f) {
  ssize_t (*real)(int, const void *, size_t, int) = REAL("send");
  answered(b, n);
  return real(fd, b, n, f);
}
ssize_t writev(int fd, const struct iovec *v, int n) {
  ssize_t (*real)(int, const struct iovec *, int) = REAL("writev");
  if (n > 0) answered(v[0].iov_base, v[0].iov_len);
  return real(fd, v, n);
}
ssize_t sendmsg(int fd, const struct msghdr *m, int f) {
  ssize_t (*real)(int, const struct msghdr *, int) = REAL("sendmsg");
  if (m->msg_iovlen > 0) answered(m->msg_iov[0].iov_base, m->msg_iov[0].iov_len);
  return real(fd, m, f);
}
