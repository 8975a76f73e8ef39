package dev.slipway.certs;

import dev.slipway.contract.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/**
 * The names under which a server is called: the subject alternative names of its certificate. At least one; without
 * repetitions; DNS names in lower case.
 *
 * @param dnsNames such as {@code slipway-webhook.slipway-system.svc}; a first label {@code *} stands for any one label
 * @param ipAddresses IPv4 or IPv6 literals
 */
public record ServingNames(List<String> dnsNames, List<String> ipAddresses) {
    private static final Pattern DNS_NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");
    private static final int DNS_NAME_LENGTH = 253;

    /** @throws IllegalArgumentException naming every bad name; {@link #parse} collects them instead */
    public ServingNames {
        dnsNames = List.copyOf(new LinkedHashSet<>(
                dnsNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList()));
        ipAddresses = List.copyOf(new LinkedHashSet<>(ipAddresses));
        var problems = new Problems();
        check(dnsNames, ipAddresses, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.describe("the names of a serving certificate"));
        }
    }

    public static ServingNames ofDns(String... dnsNames) {
        return new ServingNames(List.of(dnsNames), List.of());
    }

    /** The names; empty if at least one problem was added. */
    public static Optional<ServingNames> parse(List<String> dnsNames, List<String> ipAddresses, Problems problems) {
        var found = new Problems();
        check(dnsNames, ipAddresses, found);
        found.list().forEach(problem -> problems.add(problem.where(), problem.what()));
        return found.isEmpty() ? Optional.of(new ServingNames(dnsNames, ipAddresses)) : Optional.empty();
    }

    /** The first name, for messages and for the subject. */
    public String first() {
        return Stream.concat(dnsNames.stream(), ipAddresses.stream())
                .findFirst()
                .orElseThrow();
    }

    GeneralNames toGeneralNames() {
        Stream<GeneralName> dns = dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name));
        Stream<GeneralName> ips = ipAddresses.stream().map(ip -> new GeneralName(GeneralName.iPAddress, ip));
        return new GeneralNames(Stream.concat(dns, ips).toArray(GeneralName[]::new));
    }

    private static void check(List<String> dnsNames, List<String> ipAddresses, Problems problems) {
        if (dnsNames.isEmpty() && ipAddresses.isEmpty()) {
            problems.add("--dns", "and --ip are both missing; expected at least one name for the certificate");
        }
        dnsNames.forEach(name -> checkDns(name, problems));
        ipAddresses.stream()
                .filter(ip -> !IPAddress.isValid(ip))
                .forEach(ip -> problems.badValue("--ip", ip, "an IPv4 or IPv6 address such as 127.0.0.1 or ::1"));
    }

    private static void checkDns(String name, Problems problems) {
        if (IPAddress.isValid(name)) {
            problems.badValue("--dns", name, "a DNS name; an address belongs to --ip");
        } else if (name.length() > DNS_NAME_LENGTH
                || !DNS_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            problems.badValue("--dns", name, "a DNS name such as slipway-webhook.slipway-system.svc");
        }
    }
}
