package io.myriapod.differential.side;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reference plugins' binaries, run in a mount namespace where {@code /etc}, {@code /var/lib}
 * and {@code /run/cni} are folders of the side.
 */
public final class ReferenceSide extends Side {
  /** What the binaries' own helpers, iptables above all, need of {@code /etc}. */
  private static final String MOUNTS =
      """
      cp -a /etc/alternatives /etc/ld.so.cache /etc/protocols /etc/nsswitch.conf "$1/etc/" 2>/dev/null
      mkdir -p /run/cni &&
      mount --bind "$1/etc" /etc &&
      mount --bind "$1/var/lib" /var/lib &&
      mount --bind "$1/run/cni" /run/cni &&
      : >"$1/mounted" && exec sleep infinity
      """;

  private static final Duration MOUNTED = Duration.ofSeconds(10);
  private final Process holder;

  /** Makes it. */
  public ReferenceSide() {
    super("theirs");
    try {
      this.holder =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "--propagation",
                  "slave",
                  "sh",
                  "-c",
                  MOUNTS,
                  "sh",
                  root().toString())
              .redirectErrorStream(true)
              .redirectOutput(root().resolve("holder.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("start what holds the mounts", e);
    }
    Waiting.until(
        MOUNTED, "the folders of the reference", root().resolve("mounted").toFile()::exists);
  }

  @Override
  public Result run(Call call) {
    List<String> words = new ArrayList<>();
    words.add("nsenter");
    words.add("--mount=/proc/%d/ns/mnt".formatted(holder.pid()));
    words.add("--net=" + node().path());
    words.add(call.reference().folder().resolve(call.calledAs()).toString());
    Map<String, String> environment = new HashMap<>(call.environment());
    environment.put("CNI_PATH", call.reference().folder().toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    return Command.of(words.toArray(String[]::new))
        .withEnvironment(environment)
        .withStdin(call.stdin())
        .attempt();
  }

  @Override
  public void close() {
    holder.destroyForcibly();
    super.close();
  }
}
