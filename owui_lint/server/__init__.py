"""The editor server: what ``check`` finds, in open files, while they are edited.

``checking`` runs the rules over open texts and the rest of the repository from disk, ``conversion`` turns findings and
fixes into what the Language Server Protocol has for them, ``service`` talks with the editor.
"""
