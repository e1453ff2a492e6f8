"""The writing side of fixes: byte edits, the transaction that brings them to disk, and the diff that shows them.

Nothing here knows a rule: rules produce edits, `edits.plan` turns them into file changes, and `transaction.write_all`
writes all of them or none.
"""
