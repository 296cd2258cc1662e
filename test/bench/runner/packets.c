/* What the wire says about a new IPv6 address: its solicitation and its first echo. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runner.h"

enum { ECHO_PATIENCE_SECONDS = 5, ECHO_PAUSE_MILLIS = 1 };

static void enter(const char *netns) {
  int fd = open(netns, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) give_up(netns);
  close(fd);
}

static int answered(int fd, uint16_t id) {
  struct icmp6_hdr reply;
  while (recv(fd, &reply, sizeof reply, MSG_DONTWAIT) > 0) {
    if (reply.icmp6_type == ICMP6_ECHO_REPLY && reply.icmp6_id == id) return 1;
  }
  return 0;
}

/* Asks every millisecond; sending may fail as long as no address can be used yet. */
int echo(const char *netns, const char *target) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET6, target, &address.sin6_addr) != 1) give_up(target);
  enter(netns);
  int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
  if (fd < 0) give_up("open a raw socket");
  struct icmp6_hdr request = {.icmp6_type = ICMP6_ECHO_REQUEST};
  request.icmp6_id = (uint16_t)getpid();
  int64_t end = now_nanos() + ECHO_PATIENCE_SECONDS * 1000000000LL;
  while (now_nanos() < end) {
    sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&address, sizeof address);
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    poll(&watched, 1, ECHO_PAUSE_MILLIS);
    if (answered(fd, request.icmp6_id)) return 0;
  }
  errno = ETIMEDOUT;
  give_up(target);
}

/* Duplicate address detection asks from the unspecified address. RFC 4862, 5.4.2 */
static void report(const unsigned char *packet, size_t length) {
  struct ip6_hdr header;
  struct nd_neighbor_solicit solicitation;
  char text[INET6_ADDRSTRLEN];
  if (length < sizeof header + sizeof solicitation) return;
  memcpy(&header, packet, sizeof header);
  memcpy(&solicitation, packet + sizeof header, sizeof solicitation);
  if (header.ip6_nxt != IPPROTO_ICMPV6 || solicitation.nd_ns_type != ND_NEIGHBOR_SOLICIT) return;
  if (!IN6_IS_ADDR_UNSPECIFIED(&header.ip6_src)) return;
  inet_ntop(AF_INET6, &solicitation.nd_ns_target, text, sizeof text);
  printf("%s\n", text);
  fflush(stdout);
}

int watch(const char *interface) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6)};
  address.sll_ifindex = (int)if_nametoindex(interface);
  /* all multicast: a solicitation goes to a group that nobody here has joined */
  struct packet_mreq all = {.mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_ALLMULTI};
  int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IPV6));
  if (fd < 0 || address.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) give_up(interface);
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0) give_up(interface);
  printf("watching\n");
  fflush(stdout);
  unsigned char packet[2048];
  for (;;) {
    ssize_t length = recv(fd, packet, sizeof packet, 0);
    if (length < 0 && errno != EINTR) give_up(interface);
    if (length > 0) report(packet, (size_t)length);
  }
}
