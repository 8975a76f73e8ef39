package dev.slipway.migrator.history;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.sql.SearchPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides where a run keeps its history, and where its scripts create unqualified names, for every command and both
 * drivers.
 *
 * @param schema not quoted
 * @param objection why nothing may be created there; empty if there is no reason. An up-to-date pod may start
 * regardless
 * @param remark a remark for people about the choice; empty if the choice is obvious
 * @param doubtful whether the remark is a warning
 */
public record SchemaChoice(String schema, Optional<RunFailure> objection, String remark, boolean doubtful) {
    /** PostgreSQL's default, which says nothing about where the application's tables belong. */
    private static final String SHIPPED_PATH = "\"$user\", public";

    private static final String NAME_IT = "name the schema with " + Setting.SCHEMA.flag()
            + ", or correct the search_path" + " of the role, the database or the URL; nothing has been run";

    /**
     * A schema that was set wins, as in Flyway. Otherwise, the schema in which the session creates is used if it is the
     * default or has the only history; ambiguous cases are refused. Drizzle has no such setting: its scripts create in
     * the schema of the session, and only the history needs a place.
     *
     * @param drizzle whether the folder is Drizzle's
     * @throws RunFailure with exit 2 if no schema can be told
     */
    public static SchemaChoice of(Settings settings, boolean drizzle, SessionSchema session) {
        String schema = settings.get(Setting.SCHEMA);
        if (settings.isGiven(Setting.SCHEMA)) {
            return given(schema, settings, session);
        }
        String creates = session.creates().orElseThrow(() -> nowhere(session));
        if (creates.equals(schema)) {
            String remark = drizzle ? "" : notThereYet(schema, session);
            return new SchemaChoice(schema, Optional.empty(), remark, !remark.isEmpty());
        }
        refuseSystem(creates, session);
        boolean there = session.historyThere() != 0;
        boolean inSchema = session.historyInSchema() != 0;
        if (there && inSchema) {
            throw refusal(
                    "there are two histories " + settings.get(Setting.HISTORY_TABLE) + ": in schema '" + creates
                            + "', where this session creates tables, and in the default '" + schema + "'",
                    schema,
                    session);
        }
        if (there || (drizzle && !inSchema)) {
            return new SchemaChoice(
                    creates,
                    Optional.empty(),
                    "schema was not given: it is '" + creates + "', where this session creates tables",
                    false);
        }
        if (!inSchema) {
            throw refusal(
                    "this session creates tables in schema '" + creates + "', but schema is at its default '" + schema
                            + "'",
                    schema,
                    session);
        }
        return onlyInSchema(schema, creates, drizzle, session);
    }

    private static SchemaChoice given(String schema, Settings settings, SessionSchema session) {
        if (!session.exists() && !settings.get(Setting.CREATE_SCHEMA)) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    "schema '" + schema + "' does not exist",
                    "correct " + Setting.SCHEMA.flag() + ", create the schema, or let the migration create it with "
                            + Setting.CREATE_SCHEMA.flag() + " true; nothing has been run",
                    Map.of("schema", schema),
                    null);
        }
        return new SchemaChoice(schema, Optional.empty(), "", false);
    }

    /** Pods with nothing to do may start; the next migration needs an explicit schema. */
    private static SchemaChoice onlyInSchema(String schema, String creates, boolean drizzle, SessionSchema session) {
        String seen = "the history is in schema '" + schema + "', but this session creates tables in '" + creates + "'";
        if (drizzle) {
            String said = seen + ", and so do the scripts, as with Drizzle; with " + Setting.SCHEMA.flag() + " "
                    + schema + " they create in '" + schema + "'";
            return new SchemaChoice(schema, Optional.empty(), said, true);
        }
        if (session.path().equals(SHIPPED_PATH)) {
            String said = seen + ", as a schema has the role's name; going on in '" + schema + "', which "
                    + Setting.SCHEMA.flag() + " " + schema + " would say";
            return new SchemaChoice(schema, Optional.empty(), said, true);
        }
        return new SchemaChoice(schema, Optional.of(refusal(seen, schema, session)), "", true);
    }

    /**
     * Warns about a name before the schema in which the session creates now: as soon as that name can be used, the
     * session will create there.
     */
    private static String notThereYet(String schema, SessionSchema session) {
        List<String> names = SearchPath.names(session.path());
        List<String> before = names.subList(0, Math.max(0, names.indexOf(schema))).stream()
                .filter(name -> !name.equals(SearchPath.USER) && !isSystem(name))
                .toList();
        return before.isEmpty()
                ? ""
                : "search_path names '" + before.get(0) + "' before '" + schema
                        + "', but it does not exist, or this role may"
                        + " not use it; as soon as it can, this session creates there. " + Setting.SCHEMA.flag() + " "
                        + schema + " says that '" + schema + "' is meant";
    }

    private static void refuseSystem(String creates, SessionSchema session) {
        if (creates.startsWith("pg_temp")) {
            throw failure("this session creates temporary tables only, which end with it", NAME_IT, session);
        }
        if (isSystem(creates)) {
            throw failure(
                    "this session creates tables in '" + creates + "', which is PostgreSQL's own", NAME_IT, session);
        }
    }

    private static boolean isSystem(String name) {
        return name.startsWith("pg_") || name.equals("information_schema");
    }

    private static RunFailure nowhere(SessionSchema session) {
        return failure(
                "this session cannot create tables anywhere: no schema of its search_path exists, or this role may use"
                        + " none",
                "name the schema with " + Setting.SCHEMA.flag() + " (with " + Setting.CREATE_SCHEMA.flag()
                        + " true if it is to be created), or correct the search_path of the role, the database or the"
                        + " URL; nothing has been run",
                session);
    }

    private static RunFailure refusal(String sentence, String schema, SessionSchema session) {
        String creates = session.creates().orElse("");
        return failure(
                sentence,
                "say which is meant: " + Setting.SCHEMA.flag() + " " + creates + " or " + Setting.SCHEMA.flag() + " "
                        + schema + " (" + Setting.SCHEMA.env() + ", annotation slipway.dev/" + Setting.SCHEMA.name()
                        + "); nothing has been run",
                session);
    }

    private static RunFailure failure(String sentence, String wayOut, SessionSchema session) {
        var details = new LinkedHashMap<String, String>();
        session.creates().ifPresent(creates -> details.put("sessionSchema", creates));
        details.put("searchPath", session.path());
        String path = session.path().isBlank() || session.path().equals("\"\"") ? "empty" : session.path();
        return new RunFailure(ExitCode.USAGE, sentence + " (search_path: " + path + ")", wayOut, details, null);
    }
}
