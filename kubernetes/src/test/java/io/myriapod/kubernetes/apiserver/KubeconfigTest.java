package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigTest {
  private static final String CONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: here
      contexts:
      - name: elsewhere
        context: {cluster: other, user: nobody}
      - name: here
        context: {cluster: ours, user: agent}
      clusters:
      - name: other
        cluster: {server: "https://other:1"}
      - name: ours
        cluster: {server: "https://[fd00::1]:6443", certificate-authority: pki/ca.crt}
      users:
      - name: nobody
        user: {exec: {command: aws}}
      - name: agent
        user: {USER}
      """;

  @TempDir Path folder;

  @Test
  void read_tokenAndFiles_areThoseOfTheCurrentContext() throws IOException {
    Config config = config("token: secret, client-certificate: /c.pem, client-key: k.pem");

    assertTrue(config.getMasterUrl().startsWith("https://[fd00::1]:6443"));
    assertEquals(folder.resolve("pki/ca.crt").toString(), config.getCaCertFile());
    assertEquals("/c.pem", config.getClientCertFile());
    assertEquals(folder.resolve("k.pem").toString(), config.getClientKeyFile());
    assertEquals("secret", config.getOauthTokenProvider().getToken());
  }

  @Test
  void read_data_isThat() throws IOException {
    Config config = config("client-certificate-data: Yw==, client-key-data: aw==");

    assertEquals("Yw==", config.getClientCertData());
    assertEquals("aw==", config.getClientKeyData());
  }

  @Test
  void token_fileRewritten_isTheNewOne() throws IOException {
    Config config = config("token: first");
    config.getOauthTokenProvider().getToken();

    Path file = write("token: second");
    Files.setLastModifiedTime(file, FileTime.fromMillis(5_000));
    assertEquals("second", config.getOauthTokenProvider().getToken());

    Files.writeString(file, "{");
    assertEquals("second", config.getOauthTokenProvider().getToken());
    Files.delete(file);
    assertEquals("second", config.getOauthTokenProvider().getToken());
  }

  @Test
  void token_fileBesideIt_comesFirst() throws IOException {
    Files.writeString(folder.resolve("token"), "of the file");

    assertEquals(
        "of the file",
        config("token: inline, tokenFile: token").getOauthTokenProvider().getToken());
  }

  @ParameterizedTest
  @CsvSource({"exec: {command: aws}, exec", "auth-provider: {name: oidc}, auth-provider"})
  void read_credentialsByAProgram_areRefusedByName(String user, String key) {
    IOException refusal = assertThrows(IOException.class, () -> config(user));

    assertTrue(refusal.getMessage().contains("\"" + key + "\""), refusal.getMessage());
  }

  @Test
  void read_broken_namesFileAndFinding() throws IOException {
    assertRefused("a: [", "not YAML");
    assertRefused("current-context: gone", "no \"gone\" in \"contexts\"");
    assertRefused("", "no \"\" in \"contexts\"");
    assertRefused(
        CONFIG.replace("server: \"https://[fd00::1]:6443\", ", ""),
        "the cluster has no \"server\"");
  }

  private void assertRefused(String text, String finding) throws IOException {
    Path file = Files.writeString(folder.resolve("broken"), text);

    IOException refusal = assertThrows(IOException.class, () -> KubeconfigFile.read(file));

    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
  }

  private Config config(String user) throws IOException {
    return ClientConfig.of(ApiServerSettings.of(new Kubeconfig(write(user)), "node-1"));
  }

  private Path write(String user) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"), CONFIG.replace("{USER}", "{" + user + "}"));
  }
}
