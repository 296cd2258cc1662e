package io.myriapod.agent.cli;

import io.myriapod.agent.status.Release;
import io.myriapod.cni.version.CniVersion;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which release this is and which versions of the CNI specification it speaks. */
@Command(name = "version", description = "Prints the release and the CNI versions it speaks.")
public final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
    return 0;
  }

  @Override
  public String[] getVersion() {
    String versions =
        Arrays.stream(CniVersion.values()).map(CniVersion::text).collect(Collectors.joining(" "));
    return new String[] {
      "myriapod " + Release.text(),
      "CNI " + versions,
      "Java " + System.getProperty("java.runtime.version")
    };
  }
}
