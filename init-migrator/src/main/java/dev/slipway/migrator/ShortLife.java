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
 * Turns off features of the JDK that a short-lived process does not need. Properties set by the user win. Each line was
 * found by looking at what a start with nothing to do loads; with the other changes of that round, the CPU time of such
 * a start went from 430 to 280 ms ({@code bench/README.md}).
 */
final class ShortLife {
    private static final String PROVIDER = "security.provider.";

    private ShortLife() {}

    /**
     * Must be called before anything else, because the JDK reads each of these once.
     *
     * @return the thread that does the rest; there is no need to wait for it
     */
    static Thread prepare() {
        // The driver and the JDK call a handful of methods by reflection, once each; generating code takes longer.
        setUnlessSet("jdk.reflect.useNativeAccessorOnly", "true");
        // The driver creates a calendar and a number format, but not for output to people. Without the Unicode locale
        // data (Linux has no HOST provider) they come from the JDK's root locale.
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

    /**
     * The driver sends the time zone of this process to the server, and to find its name, the JDK reads the rules of
     * all zones.
     */
    private static void findZonesAndNumbers() {
        TimeZone.getDefault();
        NumberFormat.getIntegerInstance();
    }

    /**
     * Loads the algorithms for password authentication while the rest of the start continues. That takes as long as
     * connecting up to the point where the server asks for the password, and does not depend on it.
     */
    private static void findProviders() {
        // The providers before it know none of these algorithms, and one of them builds every elliptic curve.
        secondProvider("SunJCE");
        try {
            Mac.getInstance("HmacSHA256");
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
        } catch (NoSuchAlgorithmException missing) {
            // The driver will fail for the same reason, with a better message.
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Moves a provider up behind the first, which provides digests and random numbers. Another thread that reads the
     * list meanwhile, from start to end, never misses a provider, and skips one that it sees twice.
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
