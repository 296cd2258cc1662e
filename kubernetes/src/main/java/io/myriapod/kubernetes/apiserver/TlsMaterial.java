package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * By what the API server is trusted, and what shows who we are, as its files are at one moment.
 * Given an authority, nobody else is trusted: Fabric8 would go on trusting those of the JRE.
 */
final class TlsMaterial {
  private final Config config;
  private final Optional<byte[]> authority;
  private final String digest;

  private TlsMaterial(Config config, Optional<byte[]> authority, String digest) {
    this.config = config;
    this.authority = authority;
    this.digest = digest;
  }

  /** Throws {@link IOException} that names the file that cannot be read. */
  static TlsMaterial of(Config config) throws IOException {
    Optional<byte[]> authority = bytes(config.getCaCertFile(), config.getCaCertData());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(config.getMasterUrl().getBytes(StandardCharsets.UTF_8));
      authority.ifPresent(digest::update);
      bytes(config.getClientCertFile(), config.getClientCertData()).ifPresent(digest::update);
      bytes(config.getClientKeyFile(), config.getClientKeyData()).ifPresent(digest::update);
      return new TlsMaterial(config, authority, HexFormat.of().formatHex(digest.digest()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }

  private static Optional<byte[]> bytes(String file, String base64) throws IOException {
    if (base64 != null) {
      return Optional.of(base64.getBytes(StandardCharsets.UTF_8));
    }
    return file == null ? Optional.empty() : Optional.of(Files.readAllBytes(Path.of(file)));
  }

  /** Whether a connection by the one is as good as a connection by the other. */
  boolean isSameAs(TlsMaterial other) {
    return digest.equals(other.digest);
  }

  /** Throws {@link IOException} if the authority is none. */
  void use(HttpClient.Builder builder) throws IOException {
    if (authority.isEmpty() || config.isTrustCerts()) {
      return;
    }
    try {
      builder.sslContext(SSLUtils.keyManagers(config), trust(authority.get()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "read the API server's authority, or our certificate and key: " + e.getMessage(), e);
    }
  }

  private TrustManager[] trust(byte[] given) throws GeneralSecurityException, IOException {
    byte[] pem = config.getCaCertData() == null ? given : Base64.getMimeDecoder().decode(given);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate one :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("authority-" + store.size(), one);
    }
    if (store.size() == 0) {
      throw new IllegalArgumentException("there is no certificate in it");
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
