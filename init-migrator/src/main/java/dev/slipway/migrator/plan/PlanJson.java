package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.RelationLock;
import java.util.LinkedHashMap;
import java.util.Map;

/** A plan as maps and lists, in a stable order. */
final class PlanJson {
    private PlanJson() {}

    static Map<String, Object> of(MigrationPlan plan) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hazards", plan.hazardCount());
        json.put("scripts", plan.scripts().stream().map(PlanJson::script).toList());
        return json;
    }

    private static Map<String, Object> script(ScriptPlan script) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("script", script.name());
        json.put(
                "statements",
                script.statements().stream().map(PlanJson::statement).toList());
        json.put("hazards", script.hazards().stream().map(PlanJson::hazard).toList());
        return json;
    }

    private static Map<String, Object> statement(StatementPlan statement) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("line", statement.line());
        json.put("endLine", statement.endLine());
        json.put("command", statement.command());
        json.put("transactional", !statement.runsAlone());
        json.put("locksKnown", !statement.opaque());
        json.put("locks", statement.locks().stream().map(PlanJson::lock).toList());
        return json;
    }

    private static Map<String, Object> lock(RelationLock lock) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("form", lock.form());
        json.put("relation", lock.relation().toString());
        json.put("mode", lock.mode().sql());
        json.put("blocksReads", lock.blocksReads());
        json.put("blocksWrites", lock.blocksWrites());
        json.put("work", lock.work().word());
        json.put("descendants", lock.descendants());
        json.put("newRelation", lock.isNew());
        return json;
    }

    private static Map<String, Object> hazard(Hazard hazard) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rule", hazard.rule().ruleName());
        json.put("line", hazard.line());
        json.put("what", hazard.what());
        json.put("why", hazard.rule().why());
        json.put("saferWay", hazard.rule().saferWay());
        return json;
    }
}
