package io.myriapod.deviceplugin;

import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A node whose sysfs is a fake, and whose interfaces are those of the cards there: all up and with
 * a carrier, and used for nothing, unless the test says otherwise.
 */
public final class FakeNode {
  public final FakeCards cards;
  private final Sysfs sysfs;
  private final Map<String, Optional<Boolean>> carriers = new HashMap<>();
  private final Map<String, String> uses = new HashMap<>();
  private final Set<String> untold = new HashSet<>();
  private final Map<PciAddress, String> profiles = new HashMap<>();
  private Runnable meanwhile = () -> {};
  private volatile Optional<RuntimeException> refusal = Optional.empty();

  public FakeNode(Path root) {
    FakeSysfs fake = new FakeSysfs(root.resolve("sys"));
    this.cards = new FakeCards(fake);
    this.sysfs = new Sysfs(fake.root());
  }

  public Sysfs sysfs() {
    return sysfs;
  }

  /** Absent: it is set down. */
  public FakeNode carrier(String link, Optional<Boolean> carrier) {
    carriers.put(link, carrier);
    return this;
  }

  /** What the node does with an interface from now on, in words that follow its device's name. */
  public FakeNode uses(String link, String finding) {
    uses.put(link, finding);
    return this;
  }

  public FakeNode usesNoMore(String link) {
    uses.remove(link);
    return this;
  }

  /** The kernel does not say what lies behind that interface. */
  public FakeNode saysNothingOf(String link) {
    untold.add(link);
    return this;
  }

  /** The DDP package that devlink shows of a card. */
  public FakeNode ddpProfile(String card, String name) {
    profiles.put(new PciAddress(card), name);
    return this;
  }

  /** Something that happens while the node is looked at, once the functions are known. */
  public FakeNode meanwhile(Runnable change) {
    meanwhile = change;
    return this;
  }

  /** Looking at the node fails from now on; absent: no more. */
  public FakeNode refuses(Optional<RuntimeException> reason) {
    refusal = reason;
    return this;
  }

  public Discovery discovery() {
    return new Discovery(sysfs, View::new);
  }

  public DeviceTraits traits() {
    Function<PciAddress, Optional<String>> ddp = card -> Optional.ofNullable(profiles.get(card));
    return new DeviceTraits(sysfs, ddp);
  }

  public List<NodeDevice> read() {
    return discovery().read();
  }

  /** One device as it is read now. */
  public NodeDevice read(String id) {
    return read().stream()
        .filter(device -> device.id().value().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no device " + id + " in " + read()));
  }

  private final class View implements NodeView {
    View() {
      refusal.ifPresent(
          reason -> {
            throw reason;
          });
    }

    @Override
    public List<SeenLink> links() {
      return cards.interfaces().entrySet().stream()
          .map(
              each ->
                  new SeenLink(
                      each.getKey(),
                      Optional.of(each.getValue()).filter(any -> !untold.contains(each.getKey())),
                      carriers.getOrDefault(each.getKey(), Optional.of(true))))
          .toList();
    }

    @Override
    public Optional<String> useOf(SeenLink link) {
      meanwhile.run();
      return Optional.ofNullable(uses.get(link.name()));
    }
  }
}
