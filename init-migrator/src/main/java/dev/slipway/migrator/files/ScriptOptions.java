package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Flyway's script configuration: a file with the script's name plus {@code .conf}.
 *
 * @param inTransaction whether the script may run in one transaction
 * @param replacesPlaceholders whether <code>${…}</code> in it is replaced
 */
public record ScriptOptions(boolean inTransaction, boolean replacesPlaceholders) {
    static final String SUFFIX = ".conf";

    private static final String IN_TRANSACTION = "executeInTransaction";
    private static final String PLACEHOLDERS = "placeholderReplacement";
    private static final String ENCODING = "encoding";
    private static final String CONDITION = "shouldExecute";
    private static final List<String> KNOWN = List.of(IN_TRANSACTION, PLACEHOLDERS, ENCODING);

    /**
     * The options in the file beside the script, which {@link #check} has accepted; the defaults if there is no such
     * file.
     */
    public static ScriptOptions of(Path script) throws IOException {
        Path configuration = script.resolveSibling(script.getFileName() + SUFFIX);
        Properties properties = Files.exists(configuration) ? read(configuration) : new Properties();
        return new ScriptOptions(isOn(properties, IN_TRANSACTION), isOn(properties, PLACEHOLDERS));
    }

    /** Reports everything that is wrong with such a file. */
    static void check(Path configuration, Problems problems) {
        String name = configuration.getFileName().toString();
        String script = name.substring(0, name.length() - SUFFIX.length());
        if (!Files.exists(configuration.resolveSibling(script))) {
            problems.add(configuration.toString(), "configures " + script + ", which is not beside it");
        }
        try {
            Properties properties = read(configuration);
            properties.stringPropertyNames().stream()
                    .sorted()
                    .forEach(each -> check(each, properties.getProperty(each).strip(), configuration, problems));
        } catch (IOException | IllegalArgumentException unreadable) {
            problems.add(configuration.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    private static void check(String name, String value, Path file, Problems problems) {
        String where = name + " in " + file;
        switch (name) {
            case IN_TRANSACTION, PLACEHOLDERS -> {
                if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                    problems.badValue(where, value, "true or false");
                }
            }
            case ENCODING -> {
                if (!value.equalsIgnoreCase("UTF-8")) {
                    problems.badValue(
                            where, value, "UTF-8: save the script in that, for scripts of one folder share it");
                }
            }
            case CONDITION ->
                problems.add(where, "is not supported: what is applied would depend on where the script runs");
            default ->
                problems.add(where, "is unknown" + didYouMean(name) + "; expected one of " + String.join(", ", KNOWN));
        }
    }

    private static String didYouMean(String name) {
        return dev.slipway.contract.Suggestion.closest(name, KNOWN)
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    private static Properties read(Path configuration) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(configuration)) {
            properties.load(reader);
        }
        return properties;
    }

    private static boolean isOn(Properties properties, String name) {
        return !"false".equalsIgnoreCase(properties.getProperty(name, "true").strip());
    }
}
