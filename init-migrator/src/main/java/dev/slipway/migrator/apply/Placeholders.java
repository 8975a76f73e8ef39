package dev.slipway.migrator.apply;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Puts values into the text of a script, for names such as <code>${flyway:defaultSchema}</code>. */
public interface Placeholders {
    /**
     * The text with all placeholders replaced.
     *
     * @param script the file, for messages and for the settings in the file beside it
     */
    String replace(Path script, String text) throws WithoutValue, IOException, SQLException;

    /** Something in a script looks like a placeholder that has no value. */
    final class WithoutValue extends Exception {
        private static final long serialVersionUID = 1L;

        private final String explanation;

        public WithoutValue(String explanation) {
            super(explanation, null, false, false);
            this.explanation = explanation;
        }

        /** With the line and the way out. */
        public String explanation() {
            return explanation;
        }
    }
}
