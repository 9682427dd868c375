/*
 * What a machine can do: an event-stream server in C that sends ready-made frames, one send() per event, and nothing else. One thread,
 * epoll, a wheel of one-millisecond slots; overdue frames go out as the simulator's do: up to FRAMES_PER_TURN of one stream in a
 * row, for at most BUDGET_NS before sockets are served again.
 *
 *   limit PORT INTERVAL_US      listens on 127.0.0.1; any request gets a stream that ends when the client leaves
 *   LIMIT_FRAME_BYTES           length of an event, 264 when absent
 *
 *   wheel[due ms] ──tick──▶ queue of due streams ──send──▶ wheel[next due ms]
 *                                 ▲      └── still overdue ──┘ (back to the queue's end)
 *   A stream whose socket is full is in neither until epoll says that it has room again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
  STREAMS_MAX = 1 << 16, /* a stream's number is its descriptor */
  WHEEL_SLOTS = 1 << 14, /* ms: longer intervals wait for the last slot */
  FRAMES_PER_TURN = 32,
  FRAMES_PER_CLOCK = 16, /* between two looks at the clock */
  ACCEPTS_PER_TURN = 64,
  EVENTS_MAX = 512,
  FRAME_MAX = 4096,
  NONE = -1
};
static const uint64_t TICK_NS = 1000000, BUDGET_NS = 1000000;

enum place { CLOSED, HEAD, WHEEL, QUEUE, BLOCKED, LEFT };

struct stream {
  uint64_t due_ns;
  int next;
  int sent; /* bytes of the frame that are out */
  enum place place;
};

static struct stream streams[STREAMS_MAX];
static int wheel[WHEEL_SLOTS];
static int queue_first = NONE, queue_last = NONE;
static uint64_t interval_ns, start_ns, wheel_ms; /* every slot up to wheel_ms is empty */
static char frame[FRAME_MAX];
static int frame_length, poller;
static const char response_head[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int fd, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(poller, operation, fd, &event) < 0) fail("epoll_ctl");
}

/* One that has left keeps its place: it is closed at its turn. */
static void to_queue(int fd) {
  if (streams[fd].place != LEFT) streams[fd].place = QUEUE;
  streams[fd].next = NONE;
  if (queue_last == NONE) queue_first = fd;
  else streams[queue_last].next = fd;
  queue_last = fd;
}

/* Never early: the first whole millisecond at or after the deadline. */
static void to_wheel(int fd) {
  uint64_t ms = (streams[fd].due_ns - start_ns + TICK_NS - 1) / TICK_NS;
  if (ms <= wheel_ms) ms = wheel_ms + 1;
  if (ms - wheel_ms >= WHEEL_SLOTS) ms = wheel_ms + WHEEL_SLOTS - 1;
  streams[fd].place = WHEEL;
  streams[fd].next = wheel[ms % WHEEL_SLOTS];
  wheel[ms % WHEEL_SLOTS] = fd;
}

static void leave(int fd) {
  enum place place = streams[fd].place;
  streams[fd].place = LEFT;
  if (place == WHEEL || place == QUEUE) epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL); /* closed when its turn comes */
  else {
    streams[fd].place = CLOSED;
    close(fd);
  }
}

/* Sends what is due, and puts the stream where it waits for what is not. */
static void write_due(int fd, uint64_t now) {
  struct stream *stream = &streams[fd];
  for (int turn = 0; turn < FRAMES_PER_TURN && stream->due_ns <= now; turn++) {
    ssize_t bytes = send(fd, frame + stream->sent, (size_t)(frame_length - stream->sent), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (bytes < 0 && errno != EAGAIN) {
      stream->place = BLOCKED;
      leave(fd);
      return;
    }
    stream->sent += bytes < 0 ? 0 : (int)bytes;
    if (stream->sent < frame_length) {
      stream->place = BLOCKED;
      watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      return;
    }
    stream->sent = 0;
    stream->due_ns += interval_ns;
  }
  if (stream->due_ns <= now) to_queue(fd);
  else to_wheel(fd);
}

static void tick(void) {
  uint64_t now = now_ns(), end = now + BUDGET_NS;
  for (uint64_t ms = (now - start_ns) / TICK_NS; wheel_ms < ms;) {
    int slot = (int)(++wheel_ms % WHEEL_SLOTS);
    for (int fd = wheel[slot], next; fd != NONE; fd = next) {
      next = streams[fd].next;
      to_queue(fd);
    }
    wheel[slot] = NONE;
  }
  for (int visits = 1; queue_first != NONE; visits++) {
    int fd = queue_first;
    queue_first = streams[fd].next;
    if (queue_first == NONE) queue_last = NONE;
    if (streams[fd].place == QUEUE) write_due(fd, now);
    else {
      streams[fd].place = CLOSED;
      close(fd);
    }
    if (visits % FRAMES_PER_CLOCK == 0 && (now = now_ns()) >= end) return;
  }
}

static void accept_some(int listener) {
  for (int turn = 0, on = 1; turn < ACCEPTS_PER_TURN; turn++) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= STREAMS_MAX) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    streams[fd] = (struct stream){.place = HEAD};
    watch(fd, EPOLL_CTL_ADD, EPOLLIN);
  }
}

/* The bench's clients send a request in one piece; only its head's end is looked for. */
static void read_from(int fd) {
  static char bytes[65537];
  ssize_t length = recv(fd, bytes, sizeof bytes - 1, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    leave(fd);
    return;
  }
  bytes[length] = 0;
  if (streams[fd].place != HEAD || strstr(bytes, "\r\n\r\n") == NULL) return;
  if (send(fd, response_head, sizeof response_head - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    leave(fd);
    return;
  }
  streams[fd].due_ns = now_ns() + interval_ns;
  to_wheel(fd);
}

static void serve(int listener, int timer) {
  static struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int count = epoll_wait(poller, events, EVENTS_MAX, queue_first == NONE ? -1 : 0);
    for (int at = 0; at < count; at++) {
      int fd = events[at].data.fd;
      uint64_t expirations;
      if (fd == listener) accept_some(listener);
      else if (fd == timer) {
        if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timerfd");
      } else if ((events[at].events & EPOLLOUT) && streams[fd].place == BLOCKED) {
        watch(fd, EPOLL_CTL_MOD, EPOLLIN);
        to_queue(fd);
      } else read_from(fd);
    }
    tick();
  }
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: limit PORT INTERVAL_US\n", stderr);
    return 2;
  }
  interval_ns = strtoull(argv[2], NULL, 10) * 1000;
  const char *wanted = getenv("LIMIT_FRAME_BYTES");
  int event_bytes = wanted == NULL ? 264 : atoi(wanted);
  if (interval_ns == 0 || event_bytes < 9 || event_bytes > FRAME_MAX - 16) {
    fputs("limit: the interval or the frame's length is out of range\n", stderr);
    return 2;
  }
  frame_length = sprintf(frame, "%x\r\ndata: ", (unsigned)event_bytes);
  memset(frame + frame_length, 'x', (size_t)(event_bytes - 8));
  frame_length += event_bytes - 8;
  frame_length += sprintf(frame + frame_length, "\n\n\r\n");

  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  for (int slot = 0; slot < WHEEL_SLOTS; slot++) wheel[slot] = NONE;
  start_ns = now_ns();

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) fail("listen");
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec millisecond = {.it_interval.tv_nsec = 1000000, .it_value.tv_nsec = 1000000};
  poller = epoll_create1(0);
  if (timer < 0 || poller < 0 || timerfd_settime(timer, 0, &millisecond, NULL) < 0) fail("setup");
  watch(listener, EPOLL_CTL_ADD, EPOLLIN);
  watch(timer, EPOLL_CTL_ADD, EPOLLIN);
  fputs("ready\n", stderr);
  serve(listener, timer);
}
