package io.myriapod.cni.call;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.Quoted;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code CNI_*} variables of a call, checked. CNI SPEC 1.1.0, "Parameters".
 *
 * @param container present in ADD, DEL and CHECK
 * @param netns present in ADD and CHECK; in DEL only while the namespace lives
 * @param interfaceName present in ADD, DEL and CHECK
 * @param searchPath absolute directories of {@code CNI_PATH}
 * @param netnsOverride whether the plugin's own namespace is allowed as the container's
 * @param caller what executed plugins get besides
 */
public record CniEnvironment(
    Verb verb,
    Optional<ContainerId> container,
    Optional<Path> netns,
    Optional<InterfaceName> interfaceName,
    CniArgs args,
    List<Path> searchPath,
    boolean netnsOverride,
    CallerEnvironment caller) {
  static final String NETNS = "CNI_NETNS";
  static final String IFNAME = "CNI_IFNAME";
  static final String PATH = "CNI_PATH";

  private static final Logger LOG = LoggerFactory.getLogger(CniEnvironment.class);
  private static final int MAX_DIRECTORIES = 64;

  /** Copies the list. */
  public CniEnvironment {
    searchPath = List.copyOf(searchPath);
  }

  /**
   * Reads the variables; an empty one is as good as absent.
   *
   * @throws CniException 4 naming every missing variable, or the bad one and its value
   */
  public static CniEnvironment parse(Map<String, String> environment) {
    Verb verb = verb(environment);
    requireAll(verb, environment);
    boolean attachment = verb.isOfAttachment();
    return new CniEnvironment(
        verb,
        attachment ? value(environment, "CNI_CONTAINERID", ContainerId::new) : Optional.empty(),
        attachment ? netns(environment) : Optional.empty(),
        attachment ? value(environment, IFNAME, InterfaceName::new) : Optional.empty(),
        CniArgs.parse(environment.getOrDefault("CNI_ARGS", "")),
        searchPath(environment.getOrDefault(PATH, "")),
        isTrue(environment.getOrDefault("CNI_NETNS_OVERRIDE", "")),
        new CallerEnvironment(environment));
  }

  private static Verb verb(Map<String, String> environment) {
    String command = environment.getOrDefault("CNI_COMMAND", "");
    if (command.isEmpty()) {
      throw missing(List.of("CNI_COMMAND"));
    }
    try {
      return Verb.valueOf(command);
    } catch (IllegalArgumentException e) {
      throw bad(
          "unknown CNI_COMMAND: %s: want one of %s"
              .formatted(Quoted.shortened(command), List.of(Verb.values())));
    }
  }

  private static void requireAll(Verb verb, Map<String, String> environment) {
    List<String> missing =
        verb.required().stream()
            .filter(name -> environment.getOrDefault(name, "").isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      throw missing(missing);
    }
  }

  private static Optional<Path> netns(Map<String, String> environment) {
    return value(
        environment,
        NETNS,
        text -> {
          Path path = Path.of(text);
          if (!path.isAbsolute()) {
            throw new IllegalArgumentException("want an absolute path");
          }
          return path;
        });
  }

  private static List<Path> searchPath(String text) {
    List<Path> directories = new ArrayList<>();
    for (String directory : text.split(":")) {
      Optional<Path> path = value(Map.of(PATH, directory), PATH, Path::of).filter(Path::isAbsolute);
      path.filter(each -> !directories.contains(each)).ifPresent(directories::add);
      if (path.isEmpty() && !directory.isEmpty()) {
        LOG.warn("CNI_PATH has {}: not absolute, passed over", Quoted.shortened(directory));
      }
    }
    if (directories.size() > MAX_DIRECTORIES) {
      throw bad(
          "CNI_PATH has %d directories: at most %d are searched"
              .formatted(directories.size(), MAX_DIRECTORIES));
    }
    return directories;
  }

  private static boolean isTrue(String text) {
    return text.equals("1") || text.equalsIgnoreCase("true");
  }

  private static <T> Optional<T> value(
      Map<String, String> environment, String name, Function<String, T> parser) {
    String text = environment.getOrDefault(name, "");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text));
    } catch (InvalidPathException e) {
      throw bad("%s is %s: want a path".formatted(name, Quoted.shortened(text)));
    } catch (IllegalArgumentException e) {
      throw bad("%s is %s: %s".formatted(name, Quoted.shortened(text), e.getMessage()));
    }
  }

  private static CniException missing(List<String> names) {
    return bad("required env variables [%s] missing".formatted(String.join(",", names)));
  }

  private static CniException bad(String message) {
    return new CniException(
        ErrorCode.BAD_ENVIRONMENT,
        message,
        "the container runtime or tool that made this call is at fault");
  }
}
