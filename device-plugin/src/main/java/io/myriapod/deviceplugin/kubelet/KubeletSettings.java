package io.myriapod.deviceplugin.kubelet;

import java.util.Optional;

/**
 * Where and how resources are announced.
 *
 * @param mode absent: {@code auto}, by watcher if the kubelet has a folder for it
 */
public record KubeletSettings(
    KubeletFolder folder, Optional<RegistrationMode> mode, Timing timing) {}
