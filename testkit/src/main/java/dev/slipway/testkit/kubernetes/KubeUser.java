package dev.slipway.testkit.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A user that the API server recognises by a static token. Each server start makes tokens of its own.
 *
 * @param groups separated by commas, may be empty
 */
record KubeUser(String name, String groups, String token) {
    static KubeUser of(String name, String groups) {
        return new KubeUser(name, groups, UUID.randomUUID().toString());
    }

    /** A line of the API server's token file. */
    String tokenLine() {
        return "%s,%s,%s,\"%s\"%n"
                .formatted(token, name, UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), groups);
    }

    @Override
    public String toString() {
        return name;
    }
}
