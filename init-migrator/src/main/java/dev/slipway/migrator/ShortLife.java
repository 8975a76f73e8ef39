package dev.slipway.migrator;

import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;

/**
 * Tells the JDK what a process that lives for a moment does without. What the user sets stays. Each line was found by
 * looking at what a start with nothing to do loads; {@code bench/README.md} has the figures.
 */
final class ShortLife {
    private static final String PROVIDER = "security.provider.";

    private ShortLife() {}

    /**
     * To be called before anything else, as the JDK reads each of these once.
     *
     * @return the thread that goes on with it; nobody has to wait for it
     */
    static Thread prepare() {
        // The driver and the JDK call a handful of methods by reflection, once each: to generate code for that costs
        // more.
        setUnlessSet("jdk.reflect.useNativeAccessorOnly", "true");
        // The driver makes a calendar and a number format, neither for a person's eyes. Without the Unicode locale data
        // (there is no HOST provider on Linux) they come from the JDK's root locale.
        setUnlessSet("java.locale.providers", "HOST");
        inBackground("zones", ShortLife::findZonesAndNumbers);
        return inBackground("providers", ShortLife::findProviders);
    }

    private static Thread inBackground(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The driver tells the server the zone of this process; to find its name, the JDK reads the rules of all zones. */
    private static void findZonesAndNumbers() {
        TimeZone.getDefault();
        NumberFormat.getIntegerInstance();
    }

    /**
     * Finds what a password is proven with, while the rest of the start goes on. To find it takes as long as to get a
     * connection to the point where the server asks for the password, and needs nothing from there.
     */
    private static void findProviders() {
        // The providers before it know none of these algorithms, and one of them builds every elliptic curve when
        // asked.
        secondProvider("SunJCE");
        try {
            Mac.getInstance("HmacSHA256");
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
        } catch (NoSuchAlgorithmException missing) {
            // The driver finds that out as well, and can say what it was needed for.
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Moves a provider up behind the first, which is where digests and random numbers come from. Another thread may read
     * the list meanwhile, from its beginning to its end: it never misses a provider, and skips what comes twice.
     */
    private static void secondProvider(String name) {
        List<String> providers = new ArrayList<>();
        for (String next; (next = Security.getProperty(PROVIDER + (providers.size() + 1))) != null; ) {
            providers.add(next);
        }
        int place = providers.indexOf(name);
        if (place > 1) {
            Security.setProperty(PROVIDER + (providers.size() + 1), name);
            for (int number = place + 1; number > 2; number--) {
                Security.setProperty(PROVIDER + number, providers.get(number - 2));
            }
            Security.setProperty(PROVIDER + 2, name);
        }
    }
}
