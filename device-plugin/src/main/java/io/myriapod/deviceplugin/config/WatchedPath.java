package io.myriapod.deviceplugin.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What decides where a path leads now: names in directories. Each symbolic link on the way adds the
 * directory that it is in and those that its target goes through, so that a change of any link,
 * directory or of the file itself is a change of one of these names. path_resolution(7)
 *
 * @param names by directory, from the root on; a name may be absent there, then it is the last
 */
record WatchedPath(Map<Path, Set<String>> names) {
  /** As the kernel follows them: MAXSYMLINKS in include/linux/namei.h. */
  private static final int MAX_LINKS = 40;

  /** Follows an absolute path as far as it goes. */
  static WatchedPath of(Path path) {
    Map<Path, Set<String>> names = new LinkedHashMap<>();
    Path at = path.getRoot();
    Deque<Path> rest = new ArrayDeque<>();
    path.forEach(rest::add);
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.pop().toString();
      if (name.equals("..")) {
        at = at.getParent() == null ? at : at.getParent();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.computeIfAbsent(at, directory -> new LinkedHashSet<>()).add(name);
        Path next = at.resolve(name);
        if (Files.isSymbolicLink(next)) {
          if (++links > MAX_LINKS) {
            break;
          }
          at = follow(next, at, rest);
        } else if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
          at = next;
        } else {
          break;
        }
      }
    }
    return new WatchedPath(names);
  }

  /** Puts the target before the rest of the way; where that begins. */
  private static Path follow(Path link, Path directory, Deque<Path> rest) {
    try {
      Path target = Files.readSymbolicLink(link);
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        rest.push(target.getName(i));
      }
      return target.isAbsolute() ? target.getRoot() : directory;
    } catch (IOException e) {
      rest.clear(); // it went meanwhile: its directory says so
      return directory;
    }
  }
}
