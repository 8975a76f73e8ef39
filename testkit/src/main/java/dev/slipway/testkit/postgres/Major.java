package dev.slipway.testkit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** The major versions of PostgreSQL that the build ships: the two ends of what Slipway supports. */
public enum Major {
    NEWEST,
    OLDEST;

    /** The system property that chooses majors, as in {@code -Dpostgres.majors=18} or {@code 18,14}. */
    public static final String SELECTION_PROPERTY = "postgres.majors";

    private static final Properties VERSIONS = versions();

    /** The version of the binaries' artefact, as in {@code 18.6.0}. */
    public String version() {
        return VERSIONS.getProperty(folder());
    }

    /** As in {@code 18}. */
    public int number() {
        return Integer.parseInt(version().substring(0, version().indexOf('.')));
    }

    /** The folder beside this class that holds the archive. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The majors that the tests of this JVM run on: those of {@link #SELECTION_PROPERTY}, or all. */
    public static List<Major> selected() {
        return select(System.getProperty(SELECTION_PROPERTY, ""));
    }

    static List<Major> select(String numbers) {
        if (numbers.isBlank()) {
            return List.of(values());
        }
        return Arrays.stream(numbers.split(",")).map(Major::numbered).distinct().toList();
    }

    private static Major numbered(String number) {
        for (Major each : values()) {
            if (number.strip().equals(Integer.toString(each.number()))) {
                return each;
            }
        }
        throw new IllegalArgumentException(SELECTION_PROPERTY + " names '" + number.strip() + "'; expected one of "
                + Arrays.stream(values()).map(Major::number).toList());
    }

    private static Properties versions() {
        try (InputStream in = Major.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("versions.properties is missing beside " + Major.class.getName());
            }
            var properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL " + number();
    }
}
