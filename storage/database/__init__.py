"""The archive's file: engine and pragmas, column types, tables, migrations."""
