package io.myriapod.vfio.change;

import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** One change of the node. Its text is what a shell would be told for the same; one line. */
public sealed interface Change {
  /** The function that it is about. */
  PciAddress subject();

  /** A word for it, for listeners. */
  String step();

  /** Makes it. */
  void by(Hands hands);

  /** A value into a file of sysfs; the path is below {@code /sys}. */
  record Write(PciAddress subject, String path, String value) implements Change {
    @Override
    public String step() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void by(Hands hands) {
      hands.write(this);
    }

    @Override
    public String toString() {
      String echo = value.isBlank() ? "echo" : "echo " + ShellWord.of(value);
      return "%s > %s".formatted(echo, ShellWord.of("/sys/" + path));
    }
  }

  /** The function's link is set up or down. */
  record SetUp(PciAddress subject, String link, boolean up) implements Change {
    @Override
    public String step() {
      return up ? "up" : "down";
    }

    @Override
    public void by(Hands hands) {
      hands.setUp(this);
    }

    @Override
    public String toString() {
      return "ip link set dev %s %s".formatted(ShellWord.of(link), step());
    }
  }

  /** The MTU of the function's link. */
  record SetMtu(PciAddress subject, String link, int bytes) implements Change {
    @Override
    public String step() {
      return "mtu";
    }

    @Override
    public void by(Hands hands) {
      hands.setMtu(this);
    }

    @Override
    public String toString() {
      return "ip link set dev %s mtu %d".formatted(ShellWord.of(link), bytes);
    }
  }

  /** A kernel module, for a driver that is not there yet. */
  record LoadModule(PciAddress subject, String name) implements Change {
    @Override
    public String step() {
      return "modprobe";
    }

    @Override
    public void by(Hands hands) {
      hands.loadModule(this);
    }

    @Override
    public String toString() {
      return "modprobe -- " + ShellWord.of(name);
    }
  }

  /** A file below {@code /run}, whole. */
  record WriteFile(PciAddress subject, Path file, String content) implements Change {
    @Override
    public String step() {
      return "rules";
    }

    @Override
    public void by(Hands hands) {
      hands.writeFile(this);
    }

    @Override
    public String toString() {
      String lines = content.lines().map(ShellWord::of).collect(Collectors.joining(" "));
      return "printf '%%s\\n' %s > %s".formatted(lines, ShellWord.of(file.toString()));
    }
  }

  /** Such a file is taken away; nothing if it is not there. */
  record DeleteFile(PciAddress subject, Path file) implements Change {
    @Override
    public String step() {
      return "norules";
    }

    @Override
    public void by(Hands hands) {
      hands.deleteFile(this);
    }

    @Override
    public String toString() {
      return "rm -f %s".formatted(ShellWord.of(file.toString()));
    }
  }
}
