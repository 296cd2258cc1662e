package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** A bearer token within a kubeconfig that somebody rewrites, as the installer of Multus does. */
final class KubeconfigToken implements OAuthTokenProvider {
  private final Path file;
  private FileTime read = FileTime.fromMillis(0);
  private String last;

  KubeconfigToken(Path file, String first) {
    this.file = file;
    this.last = first;
  }

  /** The last good one while the file is away or half written. */
  @Override
  public synchronized String getToken() {
    try {
      FileTime now = Files.getLastModifiedTime(file);
      if (!now.equals(read)) {
        last = KubeconfigFile.read(file).ofUser("token").orElse(last);
        read = now;
      }
    } catch (IOException e) {
      return last;
    }
    return last;
  }
}
