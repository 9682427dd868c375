/* An independent client for `npm run verify:generator`: holds N streams over plain sockets in one thread and prints what it measured.
 *
 *   reference PORT STREAMS ROUNDS RAMP_MS BODY_FILE
 *
 * Each connection is opened before anything is sent; it sends its first request at its place in the ramp, and each further one as soon as the
 * answer before has ended. An event is a block of `data: ` up to its blank line; [DONE] is none. The time of an event is that of the read in
 * which it ends. The first round is not measured: both ends warm up. Prints one line per figure, in microseconds: `t` from before the send to the first event, `g` between two events of an
 * answer. Exit code 1 where an answer is not what was expected, with the reason.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BODY_MAX = 1 << 16, READ_MAX = 1 << 16, EVENTS_MAX = 512, FIGURES_MAX = 1 << 22, RUN_SECS_MAX = 300 };
static const char DATA[] = "\ndata: ";
static const char DONE[] = "[DONE]";
static const char LAST_CHUNK[] = "\r\n0\r\n\r\n";

struct stream {
  int fd, rounds_left, events;
  bool is_first_round, in_event, at_data, done;
  unsigned data_matched, done_matched, last_matched;
  char previous;
  int64_t sent_us, event_us;
};

static char request[BODY_MAX + 512];
static size_t request_length;
static int64_t figures[FIGURES_MAX]; /* negative: a gap, less one; else a time to first event */
static size_t figure_count;

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *reason) {
  fprintf(stderr, "reference: %s\n", reason);
  exit(1);
}

static void note(const struct stream *s, int64_t figure) {
  if (s->is_first_round) return;
  if (figure_count == FIGURES_MAX) fail("too many events");
  figures[figure_count++] = figure;
}

static void send_request(struct stream *s) {
  s->in_event = s->at_data = s->done = false;
  s->events = 0;
  s->data_matched = s->done_matched = s->last_matched = 0;
  s->previous = 0;
  s->sent_us = now_us();
  if (send(s->fd, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length) fail("a request did not go out in one piece");
}

/* How much of the text is matched behind this byte; its first byte appears nowhere else in it, or the text is matched from a known place. */
static unsigned advance(const char *text, unsigned matched, char byte) {
  if (byte == text[matched]) return matched + 1;
  return byte == text[0] ? 1 : 0;
}

static void end_event(struct stream *s, int64_t at_us) {
  s->in_event = false;
  if (s->events == 0) note(s, at_us - s->sent_us);
  else note(s, -1 - (at_us - s->event_us));
  s->events++;
  s->event_us = at_us;
}

/* Returns whether the answer ends with this byte. */
static bool take(struct stream *s, char byte, int64_t at_us) {
  if (s->done) {
    /* LAST_CHUNK begins anew with each CR. */
    s->last_matched = byte == LAST_CHUNK[s->last_matched] ? s->last_matched + 1 : byte == '\r' ? 1 : 0;
    return s->last_matched == sizeof LAST_CHUNK - 1;
  }
  if (s->at_data) {
    if (byte == DONE[s->done_matched]) {
      if (++s->done_matched == sizeof DONE - 1) s->done = true;
    } else {
      s->at_data = false;
      s->in_event = true;
    }
  } else if (s->in_event && byte == '\n' && s->previous == '\n') {
    end_event(s, at_us);
  }
  s->data_matched = advance(DATA, s->data_matched, byte);
  if (s->data_matched == sizeof DATA - 1) {
    s->data_matched = 0;
    s->at_data = true;
    s->done_matched = 0;
  }
  s->previous = byte;
  return false;
}

/* Returns whether the stream has nothing left to do. */
static bool read_stream(struct stream *s) {
  static char bytes[READ_MAX];
  for (;;) {
    ssize_t length = recv(s->fd, bytes, sizeof bytes, 0);
    if (length < 0) return false;
    if (length == 0) fail("a connection ended early");
    int64_t at_us = now_us();
    for (ssize_t at = 0; at < length; at++) {
      if (!take(s, bytes[at], at_us)) continue;
      if (s->events == 0) fail("an answer without events");
      if (--s->rounds_left == 0) {
        close(s->fd);
        return true;
      }
      s->is_first_round = false;
      send_request(s);
      break;
    }
  }
}

static void read_request(const char *file, int port) {
  static char body[BODY_MAX];
  int fd = open(file, O_RDONLY);
  ssize_t length = fd < 0 ? -1 : read(fd, body, sizeof body);
  if (length <= 0 || length == sizeof body) fail("no body, or one that is too long");
  close(fd);
  int head = snprintf(request, sizeof request,
                      "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nauthorization: Bearer sk-reference\r\n"
                      "content-type: application/json\r\ncontent-length: %zd\r\n\r\n",
                      port, length);
  memcpy(request + head, body, (size_t)length);
  request_length = (size_t)head + (size_t)length;
}

static int connected(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("no connection");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 6) fail("usage: reference PORT STREAMS ROUNDS RAMP_MS BODY_FILE");
  int port = atoi(argv[1]), count = atoi(argv[2]), rounds = atoi(argv[3]), ramp_ms = atoi(argv[4]);
  read_request(argv[5], port);
  struct stream *streams = calloc((size_t)count, sizeof *streams);
  int poll = epoll_create1(0), open_streams = count, started = 0;
  if (streams == NULL || poll < 0) fail("no memory");
  for (int i = 0; i < count; i++) {
    streams[i].fd = connected(port);
    streams[i].rounds_left = rounds;
    streams[i].is_first_round = true;
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = &streams[i]};
    epoll_ctl(poll, EPOLL_CTL_ADD, streams[i].fd, &interest);
  }
  int64_t start_us = now_us();
  while (open_streams > 0) {
    int64_t elapsed_us = now_us() - start_us;
    if (elapsed_us > (int64_t)RUN_SECS_MAX * 1000000) fail("took too long");
    while (started < count && (int64_t)started * ramp_ms * 1000 / count <= elapsed_us) send_request(&streams[started++]);
    struct epoll_event events[EVENTS_MAX];
    int ready = epoll_wait(poll, events, EVENTS_MAX, started < count ? 1 : 100);
    for (int i = 0; i < ready; i++)
      if (read_stream(events[i].data.ptr)) open_streams--;
  }
  for (size_t i = 0; i < figure_count; i++) {
    if (figures[i] < 0) printf("g %lld\n", (long long)(-1 - figures[i]));
    else printf("t %lld\n", (long long)figures[i]);
  }
  return 0;
}
