package io.myriapod.linux.address;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses as messages: ifaddrmsg(8) = family u8 | prefix length u8 | flags u8 | scope u8 | link
 * index u32, then IFA_* attributes. linux/if_addr.h
 */
public final class AddressCodec {
  private static final int HEADER = 8;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_LABEL = 3;
  private static final int IFA_BROADCAST = 4;
  private static final int IFA_CACHEINFO = 6;
  private static final int IFA_FLAGS = 8;

  private AddressCodec() {}

  static FamilyHeader header(int family, int length, int scope, int linkIndex) {
    return () ->
        ByteBuffer.allocate(HEADER)
            .order(ByteOrder.nativeOrder())
            .put((byte) family)
            .put((byte) length)
            .put((byte) 0)
            .put((byte) scope)
            .putInt(linkIndex)
            .array();
  }

  static NetlinkRequest add(LinkAddress address, int flags) {
    NetlinkRequest request = request(Netlink.RTM_NEWADDR, flags, address);
    request.bytes(IFA_LOCAL, address.address().getAddress());
    address.broadcast().ifPresent(b -> request.bytes(IFA_BROADCAST, b.getAddress()));
    if (!address.flags().isEmpty()) {
      request.u32(IFA_FLAGS, AddressFlag.bits(address.flags()));
    }
    request.bytes(IFA_ADDRESS, address.peer().orElse(address.address()).getAddress());
    if (!address.label().isEmpty()) {
      request.string(IFA_LABEL, address.label());
    }
    address.lifetime().ifPresent(time -> request.bytes(IFA_CACHEINFO, cacheInfo(time)));
    return request;
  }

  static NetlinkRequest delete(LinkAddress address) {
    return request(Netlink.RTM_DELADDR, 0, address)
        .bytes(IFA_LOCAL, address.address().getAddress())
        .bytes(IFA_ADDRESS, address.peer().orElse(address.address()).getAddress());
  }

  private static NetlinkRequest request(int type, int flags, LinkAddress address) {
    IpPrefix prefix = address.prefix();
    int family = prefix.isV6() ? Netlink.AF_INET6 : Netlink.AF_INET;
    return NetlinkRequest.of(
        type, flags, header(family, prefix.length(), address.scope(), address.linkIndex()));
  }

  /** ifa_cacheinfo: preferred u32 | valid u32 | created u32 | updated u32. */
  private static byte[] cacheInfo(Lifetime time) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putInt((int) time.preferredSeconds())
        .putInt((int) time.validSeconds())
        .array();
  }

  /** The address of an RTM_NEWADDR or RTM_DELADDR message; empty for a family that is not IP. */
  public static Optional<LinkAddress> decode(NetlinkMessage message) {
    ByteBuffer in = message.payload();
    Attributes attributes = message.attributes(HEADER);
    Optional<byte[]> remote = attributes.bytes(IFA_ADDRESS);
    Optional<InetAddress> local =
        attributes.bytes(IFA_LOCAL).or(() -> remote).flatMap(AddressCodec::ip);
    return local.map(
        address ->
            new LinkAddress(
                in.getInt(4),
                new IpPrefix(address, Byte.toUnsignedInt(in.get(1))),
                AddressFlag.of(attributes.u32(IFA_FLAGS).orElse(Byte.toUnsignedInt(in.get(2)))),
                Byte.toUnsignedInt(in.get(3)),
                remote.flatMap(AddressCodec::ip).filter(peer -> !peer.equals(address)),
                attributes.bytes(IFA_BROADCAST).flatMap(AddressCodec::ip),
                attributes.string(IFA_LABEL).orElse(""),
                attributes.bytes(IFA_CACHEINFO).flatMap(AddressCodec::lifetime)));
  }

  private static Optional<InetAddress> ip(byte[] bytes) {
    boolean isIp = bytes.length == 4 || bytes.length == 16;
    return isIp ? Optional.of(IpAddresses.of(bytes)) : Optional.empty();
  }

  private static Optional<Lifetime> lifetime(byte[] cacheInfo) {
    if (cacheInfo.length < 8) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(Arrays.copyOf(cacheInfo, 8)).order(ByteOrder.nativeOrder());
    long preferred = Integer.toUnsignedLong(in.getInt());
    long valid = Integer.toUnsignedLong(in.getInt());
    boolean lasting = preferred == Lifetime.FOREVER && valid == Lifetime.FOREVER;
    return lasting
        ? Optional.empty()
        : Optional.of(new Lifetime(Math.min(preferred, valid), valid));
  }
}
