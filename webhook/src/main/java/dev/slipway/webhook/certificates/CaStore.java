package dev.slipway.webhook.certificates;

import java.util.Optional;

/** Where all replicas share the CA. Every method may block, and throws an unchecked exception if the store fails. */
interface CaStore {
    SecretState read();

    /**
     * Writes unless another replica was faster.
     *
     * @param replaces the version that was read; empty: there was nothing
     * @return false if the content is no longer as it was read: read again and decide again
     */
    boolean write(Optional<String> replaces, CaSet authorities);
}
