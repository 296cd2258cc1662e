package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.Inventory;
import io.myriapod.deviceplugin.pool.Selection;
import io.myriapod.linux.sys.Sysfs;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The pools of a node and all its devices at one moment.
 *
 * @param source who has looked
 * @param registrations what the kubelet knows of the pools; absent if nobody can say
 * @param sysfs where further traits of a device are read when they are asked for
 */
public record DevicePicture(
    Source source,
    Selection selection,
    Inventory inventory,
    Optional<List<Registration>> registrations,
    Sysfs sysfs) {
  /** Copies the list. */
  public DevicePicture {
    registrations = registrations.map(List::copyOf);
  }

  /** Who has looked at the devices. */
  public enum Source {
    /** The running agent: what it has told the kubelet. */
    AGENT,
    /** The command line, at this node's kernel and journal. */
    NODE,
    /** The command line, at a tree of files that may be another node's. */
    TREE
  }

  /** An answer in which it says who has looked; the rest is to be put in. */
  ObjectNode answer() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("source", source.name().toLowerCase(Locale.ROOT));
  }

  List<DeviceRow> rows() {
    return inventory.entries().stream().map(this::row).toList();
  }

  DeviceRow row(Entry entry) {
    return new DeviceRow(selection, entry);
  }
}
