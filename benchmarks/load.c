/* A load generator: PORT FILE CONNECTIONS COUNT [RATE]. COUNT requests from FILE over at most CONNECTIONS connections,
   each request once. Without RATE in a closed loop: every connection asks again as soon as it was answered. With RATE in
   an open loop: so many requests per second at fixed moments, whatever the server does; a request is timed from the
   moment it was due, so that waiting for a free connection counts. Connections are opened when they are needed.
   FILE holds [uint32 length][request bytes] again and again. Prints one JSON object. Built by benchmarks/serving.py. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 16384 };
typedef struct { int fd; const char *out; size_t left; int writing; double since; char in[ROOM]; size_t got; int idle; } wire;

static struct sockaddr_in where;
static int poller, open_wires, tries;
static const char *next, *end;
static long wanted, begun, done, good, busy, other, broken;
static double *took, rate, began;
static wire **resting; static int rests, first_resting, wires; /* open loop: connections without a request, the longest idle first */

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static int by_size(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return (x > y) - (x < y); }

static void watch(wire *w, int how, uint32_t events) { struct epoll_event e = {.events = events, .data.ptr = w}; epoll_ctl(poller, how, w->fd, &e); }

static int dial(wire *w) {
  w->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int one = 1; setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(w->fd, (struct sockaddr *)&where, sizeof where) < 0 && errno != EINPROGRESS) { close(w->fd); w->fd = -1; return -1; }
  w->writing = 1; watch(w, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT); return 0;
}

static int take(wire *w) {
  if (begun >= wanted || next >= end) return 0;
  uint32_t size; memcpy(&size, next, 4); w->out = next + 4; w->left = size; next += 4 + size; begun++;
  w->got = 0; w->since = rate ? began + (begun - 1) / rate : now(); return 1;
}

static void push(wire *w) {
  while (w->left) {
    ssize_t n = send(w->fd, w->out, w->left, MSG_NOSIGNAL);
    if (n < 0) { if (errno == EAGAIN && !w->writing) { w->writing = 1; watch(w, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT); } return; }
    w->out += n; w->left -= n;
  }
  if (w->writing) { w->writing = 0; watch(w, EPOLL_CTL_MOD, EPOLLIN); }
}

static void hang_up(wire *w) { if (w->fd >= 0) { close(w->fd); w->fd = -1; } }

/* 1: one whole answer was read; 2: and the server closes; 0: more must come */
static int whole(wire *w) {
  w->in[w->got] = 0;
  char *body = strstr(w->in, "\r\n\r\n"); if (!body) return 0;
  long length = 0; int closes = strcasestr(w->in, "\r\nconnection: close") != NULL;
  char *said = strcasestr(w->in, "\r\ncontent-length:"); if (said && said < body) length = atol(said + 17);
  if (w->got < (size_t)(body + 4 - w->in) + length) return 0;
  return closes ? 2 : 1;
}

static void count(wire *w) {
  int status = atoi(w->in + 9);
  if (status >= 200 && status < 300) good++; else if (status == 503) busy++; else other++;
  took[done++] = now() - w->since;
}

static void rest(wire *w) { w->idle = 1; resting[(first_resting + rests++) % wires] = w; }

static void follow(wire *w) {
  if (rate) { rest(w); return; }
  if (!take(w)) { hang_up(w); open_wires--; return; }
  if (w->fd < 0) { if (dial(w)) { broken++; open_wires--; } } else push(w);
}

static void failed(wire *w) { /* its answer never came; on with the next on a new connection */
  hang_up(w); broken++;
  if (++tries > 20000) exit(3);
  follow(w);
}

static void start_due(void) { /* the next request, on the connection that has rested longest */
  wire *w = resting[first_resting]; first_resting = (first_resting + 1) % wires; rests--;
  take(w); w->idle = 0;
  if (w->fd < 0) { if (dial(w)) { broken++; rest(w); } } else push(w);
}

static void wait_for(double seconds) { /* at most so long, or until a connection has something to say */
  if (seconds <= 0) return;
  struct timespec t = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  struct pollfd p = {poller, POLLIN, 0}; ppoll(&p, 1, &t, NULL);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  where.sin_family = AF_INET; where.sin_port = htons(atoi(argv[1])); inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
  int file = open(argv[2], O_RDONLY); struct stat s; fstat(file, &s);
  next = mmap(NULL, s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0); end = next + s.st_size;
  wires = atoi(argv[3]); wanted = atol(argv[4]); took = calloc(wanted + 1, sizeof *took);
  rate = argc > 5 ? atof(argv[5]) : 0;
  poller = epoll_create1(0); wire *all = calloc(wires, sizeof *all); resting = calloc(wires, sizeof *resting);
  began = now(); double last = began;
  for (int i = 0; i < wires; i++) { all[i].fd = -1; open_wires++; follow(&all[i]); }
  struct epoll_event ready[256];
  while (rate ? done + broken < wanted : open_wires > 0) {
    int patience = 30000;
    if (rate) {
      while (rests && begun < wanted && began + begun / rate <= now()) start_due();
      double until = began + begun / rate - now();
      if (begun < wanted && rests) wait_for(until);
      patience = begun < wanted && rests ? 0 : 1000;
      if (now() - last > 30) break;
    }
    int n = epoll_wait(poller, ready, 256, patience);
    if (n == 0 && !rate) break;
    if (n) last = now();
    for (int i = 0; i < n; i++) {
      wire *w = ready[i].data.ptr; if (w->fd < 0) continue;
      if (ready[i].events & EPOLLOUT) push(w);
      if (!(ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      ssize_t got = recv(w->fd, w->in + w->got, ROOM - 1 - w->got, 0);
      if (got < 0 && errno == EAGAIN) continue;
      if (got <= 0) { if (w->idle) hang_up(w); else failed(w); continue; }
      w->got += got;
      int is = whole(w); if (!is) continue;
      count(w); if (is == 2) hang_up(w);
      follow(w);
    }
  }
  double seconds = now() - began;
  struct rusage u; getrusage(RUSAGE_SELF, &u);
  double cpu = u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
  qsort(took, done, sizeof *took, by_size);
  printf("{\"seconds\": %.4f, \"answers\": %ld, \"ok\": %ld, \"busy\": %ld, \"other\": %ld, \"broken\": %ld, \"p50\": %.2f, \"p99\": %.2f, \"worst\": %.2f, \"cpu\": %.4f}\n",
         seconds, done, good, busy, other, broken, done ? took[done / 2] * 1e3 : 0, done ? took[(long)(done * 0.99)] * 1e3 : 0, done ? took[done - 1] * 1e3 : 0, cpu);
  return 0;
}
