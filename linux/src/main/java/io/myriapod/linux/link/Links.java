package io.myriapod.linux.link;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.linux.netlink.RouteSocket;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The links of one namespace. Everything throws {@link ErrnoException} with the kernel's words when
 * refused. Methods that take a {@link Link} go by its index; its name is for the error text.
 */
public final class Links implements VfTable {
  /** A pod makes as many as it likes, and the agent's memory is small. */
  private static final int MOST = 8_192;

  private final RouteSocket socket;
  private final GroupDelete groupDelete;

  /**
   * @param socket a socket of the namespace; stays its opener's to close
   * @param shared whether others than a pod's plugins keep links in it (the node's namespace):
   *     asked only by {@link #deleteTogether}, which then uses no link group
   */
  public Links(RouteSocket socket, BooleanSupplier shared) {
    this.socket = socket;
    this.groupDelete = new GroupDelete(socket, shared);
  }

  /** The link with that name or alternative name; text that can be no name finds none. */
  public Optional<Link> find(String name) {
    return LinkRequests.mayBeName(name) ? findNamed(name) : Optional.empty();
  }

  private Optional<Link> findNamed(String name) {
    return find("find link \"" + name + "\"", LinkRequests.get(name));
  }

  public Optional<Link> find(int index) {
    return find("find link " + index, LinkRequests.get(index));
  }

  private Optional<Link> find(String call, NetlinkRequest request) {
    try {
      return Optional.of(LinkDecoder.decode(socket.get(call, request)));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The link with that name or alternative name.
   *
   * @throws ErrnoException ENODEV if there is none
   */
  public Link require(String name) {
    return find(name)
        .orElseThrow(() -> new ErrnoException("find link " + Quoted.shortened(name), Errno.ENODEV));
  }

  /** All links, by index. */
  public List<Link> list() {
    return socket.dump("list links", LinkRequests.get(0), MOST).stream()
        .map(LinkDecoder::decode)
        .toList();
  }

  /** The links with that MAC: a parent shares it with its VLANs, so there may be several. */
  public List<Link> withMac(MacAddress mac) {
    return list().stream().filter(link -> link.mac().equals(Optional.of(mac))).toList();
  }

  /** The links of that PCI function; several on cards that put two ports behind one. */
  public List<Link> ofDevice(PciAddress device) {
    Optional<String> wanted = Optional.of(device.value());
    return list().stream().filter(link -> link.parentDevice().equals(wanted)).toList();
  }

  @Override
  public Map<Integer, VfState> virtualFunctions(Link physical) {
    return VfDecoder.decode(
        socket.get(
            "read virtual functions of " + quoted(physical), VfRequests.get(physical.index())));
  }

  /** What the card counted for each virtual function of a physical one, by number. */
  public Map<Integer, Counters> virtualFunctionCounters(Link physical) {
    return VfDecoder.counters(
        socket.get(
            "read counters of virtual functions of " + quoted(physical),
            VfRequests.getCounters(physical.index())));
  }

  /** What went through a link; empty if there is no link of that name any more. */
  public Optional<Counters> counters(String name) {
    try {
      NetlinkMessage link = socket.get("read counters of link " + name, LinkRequests.get(name));
      return Counters.ofLink(link.attributes(IfInfo.BYTES));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void setVfMac(Link physical, int index, MacAddress mac) {
    socket.execute(
        "set MAC address %s of %s".formatted(mac, virtual(physical, index)),
        VfRequests.mac(physical.index(), index, mac));
  }

  @Override
  public void setVfVlan(Link physical, int index, VfVlan vlan) {
    socket.execute(
        "set VLAN %d of %s".formatted(vlan.id(), virtual(physical, index)),
        VfRequests.vlan(physical.index(), index, vlan));
  }

  @Override
  public void setVfSpoofCheck(Link physical, int index, boolean on) {
    socket.execute(
        "set spoof check of " + virtual(physical, index),
        VfRequests.setting(physical.index(), index, Ifla.VF_SPOOFCHK, on ? 1 : 0));
  }

  @Override
  public void setVfTrust(Link physical, int index, boolean on) {
    socket.execute(
        "set trust of " + virtual(physical, index),
        VfRequests.setting(physical.index(), index, Ifla.VF_TRUST, on ? 1 : 0));
  }

  @Override
  public void setVfRate(Link physical, int index, VfRate rate) {
    socket.execute(
        "set rate %s of %s".formatted(rate, virtual(physical, index)),
        VfRequests.rate(physical.index(), index, rate));
  }

  @Override
  public void setVfLinkState(Link physical, int index, VfLinkState state) {
    socket.execute(
        "set link state %s of %s".formatted(state, virtual(physical, index)),
        VfRequests.setting(physical.index(), index, Ifla.VF_LINK_STATE, state.ordinal()));
  }

  private static String virtual(Link physical, int index) {
    return "virtual function %d of \"%s\"".formatted(index, physical.name());
  }

  /**
   * Makes a link here.
   *
   * @throws ErrnoException EEXIST if the name is taken
   */
  public Link create(LinkSpec spec) {
    socket.execute(attempt(spec), LinkRequests.create(spec, Optional.empty()));
    return require(spec.name().value());
  }

  /**
   * Makes a link in another namespace, under its final name, by one request; its parent is a link
   * of this namespace. Nothing is moved, which would cost the kernel's RCU wait of some 15 ms.
   *
   * @return the link as seen in the target
   * @throws ErrnoException EEXIST if the name is taken in the target
   */
  public Link createIn(LinkNamespace target, LinkSpec spec) {
    socket.execute(attempt(spec), LinkRequests.create(spec, Optional.of(target)));
    return target.links().require(spec.name().value());
  }

  private static String attempt(LinkSpec spec) {
    String on = spec.lowerLink().map(link -> " on \"" + link.name() + "\"").orElse("");
    return "create " + spec.kind() + " \"" + spec.name() + "\"" + on;
  }

  public void setUp(Link link) {
    socket.execute("set up " + quoted(link), LinkRequests.flags(link.index(), Ifla.IFF_UP, true));
  }

  public void setDown(Link link) {
    socket.execute(
        "set down " + quoted(link), LinkRequests.flags(link.index(), Ifla.IFF_UP, false));
  }

  public void setPromiscuous(Link link, boolean on) {
    socket.execute(
        "set promiscuous mode of " + quoted(link),
        LinkRequests.flags(link.index(), Ifla.IFF_PROMISC, on));
  }

  public void setAllMulticast(Link link, boolean on) {
    socket.execute(
        "set all-multicast mode of " + quoted(link),
        LinkRequests.flags(link.index(), Ifla.IFF_ALLMULTI, on));
  }

  /** Renames; before Linux 6.2 the link must be down. */
  public void rename(Link link, InterfaceName name) {
    socket.execute(
        "rename " + quoted(link) + " to \"" + name + "\"",
        LinkRequests.change(link.index()).string(Ifla.IFNAME, name.value()));
  }

  public void setMac(Link link, MacAddress mac) {
    socket.execute(
        "set MAC address " + mac + " of " + quoted(link),
        LinkRequests.change(link.index()).bytes(Ifla.ADDRESS, mac.bytes()));
  }

  public void setMtu(Link link, int bytes) {
    socket.execute(
        "set MTU " + bytes + " of " + quoted(link),
        LinkRequests.change(link.index()).u32(Ifla.MTU, bytes));
  }

  public void setTxQueueLength(Link link, int packets) {
    socket.execute(
        "set transmit queue length " + packets + " of " + quoted(link),
        LinkRequests.change(link.index()).u32(Ifla.TXQLEN, packets));
  }

  /** Makes the link a port of a bridge or bond. */
  public void setMaster(Link link, Link master) {
    socket.execute(
        "make " + quoted(link) + " a port of \"" + master.name() + "\"",
        LinkRequests.change(link.index()).u32(Ifla.MASTER, master.index()));
  }

  /** Takes the link out of its bridge or bond. */
  public void noMaster(Link link) {
    socket.execute(
        "take " + quoted(link) + " out of its bridge",
        LinkRequests.change(link.index()).u32(Ifla.MASTER, 0));
  }

  /** Whether frames may leave by the bridge port they came in. */
  public void setHairpin(Link port, boolean on) {
    setPort("hairpin mode", port, Ifla.PORT_HAIRPIN, on);
  }

  /** Whether the bridge port is kept from other isolated ports. */
  public void setIsolated(Link port, boolean on) {
    setPort("isolation", port, Ifla.PORT_ISOLATED, on);
  }

  private void setPort(String what, Link port, int attribute, boolean on) {
    socket.execute(
        "set " + what + " of bridge port \"" + port.name() + "\"",
        LinkRequests.bridgePort(port.index(), attribute, on));
  }

  /**
   * Lets a VLAN through a bridge port; the bridge must filter VLANs.
   *
   * @param untagged frames leave without tag, and those that come without get this VLAN (PVID)
   */
  public void addPortVlan(Link port, int vlan, boolean untagged) {
    socket.execute(
        "add VLAN " + vlan + " to bridge port \"" + port.name() + "\"",
        LinkRequests.portVlan(Netlink.RTM_SETLINK, port.index(), vlan, untagged));
  }

  public void removePortVlan(Link port, int vlan) {
    socket.execute(
        "remove VLAN " + vlan + " from bridge port \"" + port.name() + "\"",
        LinkRequests.portVlan(Netlink.RTM_DELLINK, port.index(), vlan, false));
  }

  /** Sets IFLA_GROUP; 0 is what every link has at first. */
  public void setGroup(Link link, int group) {
    socket.execute(
        "set group " + group + " of " + quoted(link),
        LinkRequests.change(link.index()).u32(Ifla.GROUP, group));
  }

  /** Sets the text that {@code ip link} shows as alias; empty removes it. */
  public void setAlias(Link link, String alias) {
    socket.execute(
        "set alias of " + quoted(link),
        LinkRequests.change(link.index()).string(Ifla.IFALIAS, alias));
  }

  /** Adds an alternative name, of up to 127 bytes. */
  public void addAltName(Link link, String name) {
    socket.execute(
        "add alternative name \"" + name + "\" to " + quoted(link),
        LinkRequests.altName(Netlink.RTM_NEWLINKPROP, link.index(), name));
  }

  public void removeAltName(Link link, String name) {
    socket.execute(
        "remove alternative name \"" + name + "\" from " + quoted(link),
        LinkRequests.altName(Netlink.RTM_DELLINKPROP, link.index(), name));
  }

  /**
   * Moves a link to another namespace and makes it what it is to be there, by one request: no name
   * of this namespace is in the way there. It arrives down and without addresses.
   *
   * @return the link as seen in the target
   * @throws ErrnoException it may have moved all the same: what is refused after the move does not
   *     take it back
   */
  public Link move(Link link, LinkNamespace target, Arrival arrival) {
    socket.execute(
        "move " + quoted(link) + " to another namespace as \"" + arrival.name() + "\"",
        LinkRequests.move(link.index(), target, arrival));
    return target.links().require(arrival.name().value());
  }

  /**
   * Deletes a link.
   *
   * @throws ErrnoException ENODEV if it is gone already
   */
  public void delete(Link link) {
    socket.execute("delete " + quoted(link), LinkRequests.delete(link.index()));
  }

  /**
   * Deletes these links in one go, as a link group made for that: the kernel then waits once and
   * not once per link. Where that is refused, and in a namespace that is shared with others (the
   * node's), they are deleted one by one. Goes on past failures.
   *
   * @return the links that are still there, each with the reason; empty if all are gone (one that
   *     was gone before counts as gone)
   */
  public Map<Link, ErrnoException> deleteTogether(List<Link> links) {
    return groupDelete.delete(links, links.size() < 2 ? links : present(links));
  }

  /** All there are; of more links than are listed only those to be deleted. */
  private List<Link> present(List<Link> links) {
    try {
      return list();
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOBUFS)) {
        return links;
      }
      throw e;
    }
  }

  private static String quoted(Link link) {
    return "link \"" + link.name() + "\"";
  }
}
