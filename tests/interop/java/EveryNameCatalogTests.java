import org.apache.iceberg.rest.RESTCompatibilityKitCatalogTests;

/**
 * Iceberg's compatibility kit with the kinds of names it leaves out by default. Names with dots have a flag in the kit;
 * nested namespaces and slashes have only these methods.
 */
public class EveryNameCatalogTests extends RESTCompatibilityKitCatalogTests {
  @Override
  protected boolean supportsNestedNamespaces() {
    return true;
  }

  @Override
  protected boolean supportsNamesWithDot() {
    return true;
  }

  @Override
  protected boolean supportsNamesWithSlashes() {
    return true;
  }
}
