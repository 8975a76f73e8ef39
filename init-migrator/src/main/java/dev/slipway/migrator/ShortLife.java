package dev.slipway.migrator;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the JDK what a process that lives for a moment does without. What the user sets stays. Each line was found by
 * looking at what a start with nothing to do loads; {@code bench/README.md} has the figures.
 */
final class ShortLife {
    private static final String PROVIDER = "security.provider.";

    private ShortLife() {}

    /** To be called before anything else, as the JDK reads each of these once. */
    static void prepare() {
        // The driver and the JDK call a handful of methods by reflection, once each: to generate code for that costs
        // more.
        setUnlessSet("jdk.reflect.useNativeAccessorOnly", "true");
        // The driver makes a calendar and a number format, neither for a person's eyes. Without the Unicode locale data
        // (there is no HOST provider on Linux) they come from the JDK's root locale.
        setUnlessSet("java.locale.providers", "HOST");
        // A password is proven by algorithms of SunJCE. The providers before it know none of them, and one of them
        // builds
        // every elliptic curve when it is asked.
        secondProvider("SunJCE");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** The first is where digests and random numbers come from. */
    private static void secondProvider(String name) {
        List<String> providers = new ArrayList<>();
        for (String next; (next = Security.getProperty(PROVIDER + (providers.size() + 1))) != null; ) {
            providers.add(next);
        }
        if (providers.remove(name) && !providers.isEmpty()) {
            providers.add(1, name);
            for (int index = 0; index < providers.size(); index++) {
                Security.setProperty(PROVIDER + (index + 1), providers.get(index));
            }
        }
    }
}
