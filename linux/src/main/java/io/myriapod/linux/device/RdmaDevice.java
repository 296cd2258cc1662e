package io.myriapod.linux.device;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.Quoted;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An RDMA device and the character devices by which programs use it, named as below {@code /dev}.
 * Documentation/ABI/stable/sysfs-class-infiniband and Documentation/infiniband/user_mad.rst
 *
 * @param name {@code mlx5_2}
 * @param uverbs for verbs, {@code infiniband/uverbs2}; absent without the module {@code ib_uverbs}
 * @param umads for management datagrams, one for each port that knows them; iWARP has none
 * @param issms for a subnet manager, one for each port; RoCE and iWARP have none
 * @param defaultPkey the first partition key of port 1, 16 bits; absent where the driver has none
 */
public record RdmaDevice(
    String name,
    Optional<String> uverbs,
    List<String> umads,
    List<String> issms,
    Optional<Integer> defaultPkey) {
  private static final String FOLDER = "infiniband/";
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder());

  public RdmaDevice {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "RDMA device %s: want a name without \"/\"".formatted(Quoted.shortened(name)));
    }
    umads = List.copyOf(umads);
    issms = List.copyOf(issms);
  }

  /** All its files: of verbs, of datagrams, of subnet managers. */
  public List<String> files() {
    return Stream.of(uverbs.stream(), umads.stream(), issms.stream())
        .flatMap(each -> each)
        .toList();
  }

  /**
   * The RDMA devices of the device at that path, by name. In the exclusive mode of {@code rdma
   * system} sysfs shows those of the namespace that it was mounted in.
   */
  public static List<RdmaDevice> of(Sysfs sysfs, String device) {
    return sysfs.list(device + "/infiniband").stream()
        .map(name -> read(sysfs, device, name))
        .toList();
  }

  /** The file of the connection manager, which all share; absent without module rdma_ucm. */
  public static Optional<String> connectionManager(Sysfs sysfs) {
    return sysfs.exists("class/misc/rdma_cm") ? Optional.of(FOLDER + "rdma_cm") : Optional.empty();
  }

  private static RdmaDevice read(Sysfs sysfs, String device, String name) {
    return new RdmaDevice(
        name,
        files(sysfs, device + "/infiniband_verbs", "uverbs", name).stream().findFirst(),
        files(sysfs, device + "/infiniband_mad", "umad", name),
        files(sysfs, device + "/infiniband_mad", "issm", name),
        sysfs
            .answer("%s/infiniband/%s/ports/1/pkeys/0".formatted(device, name))
            .filter(key -> key.matches("0x[0-9a-fA-F]{1,4}"))
            .map(key -> Integer.parseInt(key.substring(2), 16)));
  }

  /** The entries of a class that belong to an RDMA device, which each names in a file. */
  private static List<String> files(Sysfs sysfs, String folder, String kind, String name) {
    return sysfs.list(folder).stream()
        .filter(entry -> entry.matches(kind + "[0-9]{1,9}"))
        .filter(entry -> sysfs.answer(folder + "/" + entry + "/ibdev").equals(Optional.of(name)))
        .sorted(BY_NUMBER)
        .map(entry -> FOLDER + entry)
        .toList();
  }
}
