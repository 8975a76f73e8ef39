package dev.slipway.migrator.database;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The places where a name is looked up: a variable, a file that the variable {@code NAME_FILE} names, and a file in the
 * folder of the mounted Secret. Empty texts count as not set.
 */
record CredentialSources(Map<String, String> env, Path folder, Problems problems) {
    private static final String FILE_SUFFIX = "_FILE";

    /** The variable {@code name}, or the content of the file that {@code name_FILE} names. */
    @Nullable
    SourcedText variable(String name) {
        String value = env.get(name);
        if (value != null && !value.isEmpty()) {
            return new SourcedText(value, name);
        }
        String file = env.get(name + FILE_SUFFIX);
        return file == null || file.isEmpty() ? null : namedFile(file, name + FILE_SUFFIX);
    }

    /** The content of the file {@code name} in the folder of the Secret; null if there is none. */
    @Nullable
    SourcedText mounted(String name) {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? content(file, file.toString()) : null;
    }

    private @Nullable SourcedText namedFile(String file, String where) {
        try {
            return content(Path.of(file), where);
        } catch (InvalidPathException invalid) {
            problems.badValue(where, file, FieldKind.PATH, "a path");
            return null;
        }
    }

    private @Nullable SourcedText content(Path file, String where) {
        try {
            String text = withoutFinalNewline(Files.readString(file));
            return text.isEmpty() ? null : new SourcedText(text, where);
        } catch (IOException failure) {
            problems.add(where, "cannot be read: " + FieldKind.PATH.plain(file.toString()) + ' ' + reason(failure));
            return null;
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "is not readable by this user";
        }
        return failure instanceof CharacterCodingException ? "is not UTF-8 text" : "is not a readable file";
    }

    /** Editors and {@code kubectl create secret --from-file} leave one; it is never part of a password. */
    private static String withoutFinalNewline(String text) {
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
            if (end > 0 && text.charAt(end - 1) == '\r') {
                end--;
            }
        }
        return text.substring(0, end);
    }
}
